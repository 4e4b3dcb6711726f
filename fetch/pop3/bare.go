package pop3

import (
	"errors"
	"io"
	"os"
	"time"
)

// A server may end its lines with LF alone. From its greeting on, that is plain. Where the
// greeting has CRLF, as that of a proxy before it, and every line since has LF alone, so may
// the lines of its messages have; but it may as well be one that writes its replies
// carelessly and sends messages as they have to be, in which LF, dot, LF is anybody's text and
// ends nothing. So of the first message that is supposed to have such lines it has to be
// proved: none of its lines has CRLF, and behind LF, dot, LF the server says nothing more. It
// waits for the next command then; who sends mail can't bring it to that. What the first
// message has proved holds for the rest of the session.

// silence is how long a server says nothing if it has come to the end of a message. It is a
// variable for the sake of tests.
var silence = 2 * time.Second

// startBareLine is startLine for a line that begins with a dot and ends with LF.
// The final dot may have a CR all the same, as what a message holds is its own
// matter. Nothing may follow it that nobody asked for: that would be the rest of
// a message of which a part looked like the end.
func (m *Message) startBareLine() error {
	start, err := m.c.r.Peek(len(".\n"))
	if err == nil && start[1] == '\r' {
		start, err = m.c.r.Peek(endOfMessage)
	}
	switch {
	case err != nil:
		return m.c.markDead(m.verb, err)
	case start[len(start)-1] != '\n':
		m.c.r.Discard(1)
		m.unstuffed = m.unstuffed || m.size > 0 // the first line begins either way
		return nil
	case m.supposed:
		if isEnd, err := m.proveBareEnd(start); err != nil || !isEnd {
			return err
		}
	}
	m.c.r.Discard(len(start))
	if m.c.due == 0 && m.c.r.Buffered() > 0 {
		return m.c.protocolError(m.verb, "more of the message behind its end", nil)
	}
	m.c.trace.receivedBody(m.size)
	return io.EOF
}

// proveBareEnd reports whether a line that may be the last one is. If it isn't, a lone LF ends no
// line of this server's messages.
func (m *Message) proveBareEnd(line []byte) (isEnd bool, err error) {
	if len(line) == endOfMessage && m.size == 0 {
		return true, nil
	}
	if len(line) == endOfMessage || m.c.r.Buffered() > len(line) {
		return false, m.disproveBareLines()
	}
	m.c.hushed = true
	_, err = m.c.r.Peek(len(line) + 1)
	m.c.hushed = false
	switch {
	case err == nil:
		return false, m.disproveBareLines()
	case !errors.Is(err, os.ErrDeadlineExceeded) || m.c.ctx.Err() != nil:
		return false, m.c.markDead(m.verb, err)
	}
	m.c.bare = true
	return true, nil
}

// disproveBareLines has lines of the message end with CRLF alone from here on. It fails where dots
// were taken away from others, as nobody knows then what the message is.
func (m *Message) disproveBareLines() error {
	m.bare, m.supposed = false, false
	if m.unstuffed {
		m.err = m.c.protocolError(m.verb, "lines end now with CRLF and now with LF alone, and which of them end a message isn't clear", nil)
	}
	return m.err
}
