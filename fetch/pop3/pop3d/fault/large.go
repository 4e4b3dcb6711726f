package fault

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"popfetch/fetch/pop3/pop3d"
)

// Large is a message of exactly size bytes, made while it is being read, so
// that it costs no memory. It begins with a short header (what fits of it),
// has a line with a dot at its start now and then, and ends in CRLF. Two
// messages of one size and UID are the same.
func Large(uid string, size int64) pop3d.Message {
	return pop3d.Message{UID: uid, Size: size, Open: func() io.Reader {
		header := fmt.Sprintf("Message-ID: <large.%d.%s@example.org>\r\nSubject: large\r\n\r\n", size, uid)
		body := max(0, size-2)
		return io.MultiReader(
			io.LimitReader(io.MultiReader(strings.NewReader(header), &repeater{block: largeBlock}), body),
			io.LimitReader(strings.NewReader("\r\n"), size-body),
		)
	}}
}

// largeBlock is what large messages repeat: 64 KB of lines.
var largeBlock = bytes.Repeat([]byte(strings.Repeat(
	"0123456789 The quick brown fox jumps over the lazy dog, day by day. 42\r\n", 14)+
	".a line with a dot\r\n"), 64)

// A repeater reads a block over and over.
type repeater struct {
	block []byte
	at    int
}

// Read fills p.
func (r *repeater) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m := copy(p[n:], r.block[r.at:])
		n += m
		r.at = (r.at + m) % len(r.block)
	}
	return n, nil
}
