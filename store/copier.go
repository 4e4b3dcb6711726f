package store

import (
	"bytes"
	"io"
)

// A Copier copies messages as they come from the server to where they are
// kept, and changes the one thing that files on this side have different: a
// line ends with LF, not CRLF. Every other byte, a CR or an LF alone too,
// stays as it is. The zero value is ready for use, by one goroutine at a time.
type Copier struct{ buf []byte }

// copyBuffer is the size of the blocks that a Copier reads and writes.
const copyBuffer = 64 << 10

var crlf = []byte("\r\n")

// Copy copies r to its end into w. It tells an error of r from one of w, as
// the first means that this message is lost for now, and the second that no
// message can be kept. n counts the bytes written.
func (c *Copier) Copy(w io.Writer, r io.Reader) (n int64, readErr, writeErr error) {
	if c.buf == nil {
		c.buf = make([]byte, copyBuffer)
	}
	held := 0 // 1 while a CR waits at the start of buf for what follows it
	for readErr == nil {
		var block []byte
		block, readErr = c.fillBuffer(r, held)
		held = 0
		if readErr == nil && block[len(block)-1] == '\r' {
			held, block = 1, block[:len(block)-1]
		}
		m, writeErr := w.Write(toLF(block))
		n += int64(m)
		if writeErr != nil {
			return n, nil, writeErr
		}
		if held == 1 {
			c.buf[0] = '\r'
		}
	}
	if readErr == io.EOF {
		readErr = nil
	}
	return n, readErr, nil
}

// fillBuffer reads behind the bytes that are held until the buffer is full, however
// little r returns at a time: each write is a call of the system.
func (c *Copier) fillBuffer(r io.Reader, held int) (block []byte, err error) {
	n := held
	for err == nil && n < len(c.buf) {
		var m int
		m, err = r.Read(c.buf[n:])
		n += m
	}
	return c.buf[:n], err
}

// toLF takes the CR out of every CRLF in p, in place.
func toLF(p []byte) []byte {
	i := bytes.Index(p, crlf)
	if i < 0 {
		return p
	}
	kept := p[:i]
	for rest := p[i+1:]; ; {
		i := bytes.Index(rest, crlf)
		if i < 0 {
			return append(kept, rest...)
		}
		kept = append(kept, rest[:i]...)
		rest = rest[i+1:]
	}
}
