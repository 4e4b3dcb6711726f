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
	n, ok := c.number(cmd.Arg)
	if !ok {
		c.noSuchMessage()
		return
	}
	m := c.list[n-1]
	c.replyNumbers(" octets", m.size())
	c.body(m, func(r io.Reader) io.Reader { return r })
}

// top is TOP (RFC 1939 section 7).
func (c *Conn) top(cmd Command) {
	number, count, _ := strings.Cut(cmd.Arg, " ")
	n, ok := c.number(number)
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
	c.body(c.list[n-1], func(r io.Reader) io.Reader { return &topReader{r: r, lines: lines} })
}

// body sends what cut leaves of a message, dot-stuffed and terminated.
func (c *Conn) body(m *Message, cut func(io.Reader) io.Reader) {
	r := m.reader()
	if closer, ok := r.(io.Closer); ok {
		defer closer.Close()
	}
	w := &dotWriter{w: c, atStart: true}
	buffer := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buffer)
	if _, err := io.CopyBuffer(w, cut(r), buffer[:]); err != nil {
		c.Cut() // a body that can't be read must not look like a whole one
		return
	}
	w.end()
}

// A topReader ends after the header, the empty line and so many lines more.
type topReader struct {
	r      io.Reader
	lines  int64 // that are left, once inBody
	inBody bool
	inLine bool // the line has a character already
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
			t.inLine = t.inLine || !isBlank(p[i:n])
			break
		}
		blank := !t.inLine && isBlank(p[i:i+end])
		i += end + 1
		t.inLine = false
		if t.inBody {
			t.lines--
		}
		t.inBody = t.inBody || blank
		if t.inBody && t.lines == 0 {
			return i, nil
		}
	}
	return n, err
}

// isBlank says whether a piece of a line has nothing but the CR of its end.
func isBlank(piece []byte) bool { return len(piece) == 0 || len(piece) == 1 && piece[0] == '\r' }
