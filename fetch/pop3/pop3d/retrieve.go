package pop3d

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"
)

// buffers are for copying bodies.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// retr is RETR (RFC 1939 section 5).
func (c *Conn) retr(cmd Command) {
	n, ok := c.messageNumber(cmd.Arg)
	if !ok {
		c.noSuchMessage()
		return
	}
	m := c.list[n-1]
	c.replyNumbers(" octets", m.wireSize())
	c.sendBody(m, func(r io.Reader) io.Reader { return r })
}

// top is TOP (RFC 1939 section 7).
func (c *Conn) top(cmd Command) {
	number, count, _ := strings.Cut(cmd.Arg, " ")
	n, ok := c.messageNumber(number)
	if !ok {
		c.noSuchMessage()
		return
	}
	lines, err := strconv.ParseInt(count, 10, 64)
	if err != nil || lines < 0 {
		c.Refuse("how many lines?")
		return
	}
	c.Reply("+OK")
	c.sendBody(c.list[n-1], func(r io.Reader) io.Reader { return &topReader{r: r, lines: lines} })
}

// sendBody sends what cut leaves of a message, dot-stuffed and terminated.
func (c *Conn) sendBody(m *Message, cut func(io.Reader) io.Reader) {
	r := m.openBody()
	if closer, ok := r.(io.Closer); ok {
		defer closer.Close()
	}
	w := &dotWriter{w: c, atStart: true, bare: c.server.BareLF}
	buffer := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buffer)
	if _, err := io.CopyBuffer(w, cut(r), buffer[:]); err != nil {
		c.Cut() // a body that can't be read must not look like a whole one
		return
	}
	w.writeFinalDot()
}

// A topReader ends after the header, the empty line and so many lines more.
type topReader struct {
	r      io.Reader
	lines  int64 // that are left, once inBody
	inBody bool
	length int64 // of the line so far
	lastCR bool  // its last byte is a CR
}

// Read reads up to that end.
func (t *topReader) Read(p []byte) (int, error) {
	if t.inBody && t.lines == 0 {
		return 0, io.EOF
	}
	n, err := t.r.Read(p)
	for i := 0; i < n; {
		end := bytes.IndexByte(p[i:n], '\n')
		if end < 0 {
			t.addPiece(p[i:n])
			break
		}
		t.addPiece(p[i : i+end])
		i += end + 1
		if t.endLine() {
			return i, nil
		}
	}
	return n, err
}

// addPiece takes note of a piece of a line.
func (t *topReader) addPiece(piece []byte) {
	if len(piece) > 0 {
		t.length += int64(len(piece))
		t.lastCR = piece[len(piece)-1] == '\r'
	}
}

// endLine takes note of the end of a line, and says whether it was the last.
func (t *topReader) endLine() bool {
	empty := t.length == 0 || t.length == 1 && t.lastCR
	t.length = 0
	if t.inBody {
		t.lines--
	}
	t.inBody = t.inBody || empty
	return t.inBody && t.lines == 0
}
