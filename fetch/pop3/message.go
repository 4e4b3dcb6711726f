package pop3

import (
	"bytes"
	"io"
)

// A Message is what the server sends as one message, without the byte-stuffing
// of RFC 1939 section 3 and otherwise byte for byte. It is read as a stream,
// and valid until the next step of the loop that it came from.
//
// A line ends with CRLF and with nothing else: a dot behind a lone LF is just
// a dot, or a message could end before its time. Only of a server that has ended
// its greeting and every line of a reply since with a lone LF, that ends a line.
type Message struct {
	// Number is the message's number in this session.
	Number int

	c      *Client
	verb   string
	size   int64 // bytes read so far
	err    error // io.EOF once the final dot was read
	bol    bool  // the next byte begins a line
	lastCR bool  // the last byte was a CR
	bare   bool  // a lone LF ends a line

	supposed  bool // bare is what the replies look like, and not proved
	unstuffed bool // by that, a dot was taken away
}

// beginMessage starts a message, or with an error one that has nothing to be read.
func (c *Client) beginMessage(verb string, number int, err error) *Message {
	c.message = Message{Number: number, c: c, verb: verb, bol: true, err: err, bare: c.bare || c.bareReplies}
	c.message.supposed = c.message.bare && !c.bare
	return &c.message
}

var (
	endOfLineAndDot     = []byte("\r\n.")
	crlf                = endOfLineAndDot[:len("\r\n")]
	bareEndOfLineAndDot = endOfLineAndDot[len("\r"):]
)

// endOfMessage is as long as what has to be seen of a line that begins with a
// dot.
const endOfMessage = len(".\r\n")

// Read implements io.Reader. An error other than io.EOF means that the
// connection is dead; it never is io.EOF before the message is complete.
func (m *Message) Read(p []byte) (int, error) {
	n := 0
	// Lines with dots come in pieces, which are put together as long as that
	// waits for nothing.
	for n < len(p) && (n == 0 || m.c.r.Buffered() >= endOfMessage) {
		block, err := m.peekBlock(len(p) - n)
		if err != nil && n == 0 {
			return 0, err
		}
		if err != nil {
			break // peekBlock tells it again
		}
		n += copy(p[n:], block)
		m.consumeBytes(block)
	}
	return n, nil
}

// WriteTo implements io.WriterTo. It writes blocks as they come, which are
// small where many lines begin with a dot.
func (m *Message) WriteTo(w io.Writer) (n int64, err error) {
	for {
		block, err := m.peekBlock(readBuffer)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		written, err := w.Write(block)
		m.consumeBytes(block)
		n += int64(written)
		if err == nil && written < len(block) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return n, err
		}
	}
}

// skipRest reads what is left of the message, if anything is.
func (m *Message) skipRest() error {
	for {
		block, err := m.peekBlock(readBuffer)
		if err != nil {
			return m.c.dead
		}
		m.consumeBytes(block)
	}
}

// peekBlock returns bytes of the message that lie in the read buffer, at least one
// and at most most. They go up to a line end with a dot behind it at most.
func (m *Message) peekBlock(most int) ([]byte, error) {
	if m.err == nil && m.bol {
		m.err = m.startLine()
	}
	if m.err != nil {
		return nil, m.err
	}
	if _, err := m.c.r.Peek(1); err != nil {
		m.err = m.c.markDead(m.verb, err)
		return nil, m.err
	}
	// Of what is there already, Peek makes no error.
	buffered, _ := m.c.r.Peek(min(m.c.r.Buffered(), most))
	if m.lastCR && buffered[0] == '\n' {
		return buffered[:1], nil
	}
	end := endOfLineAndDot
	if m.bare {
		end = bareEndOfLineAndDot
	}
	if i := bytes.Index(buffered, end); i >= 0 {
		return buffered[:i+len(end)-1], nil
	}
	return buffered, nil
}

// startLine looks at the start of a line: a dot alone ends the message, a dot
// before anything else was put there by the server.
func (m *Message) startLine() error {
	m.bol = false
	first, err := m.c.r.Peek(1)
	if err != nil {
		return m.c.markDead(m.verb, err)
	}
	if first[0] != '.' {
		return nil
	}
	if m.bare {
		return m.startBareLine()
	}
	// A line that begins with a dot has at least three bytes, so that this
	// waits for nothing that doesn't come.
	start, err := m.c.r.Peek(endOfMessage)
	if err != nil {
		return m.c.markDead(m.verb, err)
	}
	if start[1] == '\r' && start[2] == '\n' {
		m.c.r.Discard(endOfMessage)
		m.c.trace.receivedBody(m.size)
		return io.EOF
	}
	m.c.r.Discard(1)
	return nil
}

// consumeBytes marks bytes that peekBlock returned as read.
func (m *Message) consumeBytes(p []byte) {
	n := len(p)
	if m.supposed && (bytes.Contains(p, crlf) || m.lastCR && p[0] == '\n') {
		m.disproveBareLines()
	}
	m.bol = p[n-1] == '\n' && (m.bare || n > 1 && p[n-2] == '\r' || n == 1 && m.lastCR)
	m.lastCR = p[n-1] == '\r'
	m.size += int64(n)
	m.c.r.Discard(n)
}
