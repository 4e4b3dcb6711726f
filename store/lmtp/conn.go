package lmtp

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"time"
)

// maxReply is how much a peer may say without being asked anything else.
const maxReply = 64 << 10

var (
	errTalkative = errors.New("its reply has no end")
	errNoLMTP    = errors.New("it knows no LHLO, and is no LMTP server")
	errEarly     = errors.New("it replies before it was asked")
)

// earlyWait is how long the end of a message waits for a reply that comes too early: one
// that lies there already is seen at once.
const earlyWait = time.Millisecond

// A guardedConn keeps go-smtp from what it would do otherwise: wait for ever
// until the peer accepts what is sent, take in replies without end, take one that
// came too early for the reply to what is sent next, and be content with HELO
// where LHLO is refused. A server of SMTP takes a message into its queue, and when
// it can't deliver it later, nobody hears of that.
type guardedConn struct {
	net.Conn
	timeout time.Duration
	greeted bool
	said    int           // since something was last sent
	replies *bufio.Reader // what was received and not yet read; nil once TLS goes over the connection
}

func newGuardedConn(conn net.Conn, timeout time.Duration) *guardedConn {
	return &guardedConn{Conn: conn, timeout: timeout, replies: bufio.NewReader(conn)}
}

// Write implements net.Conn.
func (c *guardedConn) Write(p []byte) (int, error) {
	switch {
	case !c.greeted && bytes.HasPrefix(p, []byte("HELO ")):
		return 0, errNoLMTP
	case c.hasReply():
		return 0, errEarly
	}
	c.said = 0
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Read implements net.Conn. It returns a line at most, so that what lies behind a reply
// doesn't get lost in the buffer of whoever reads it.
func (c *guardedConn) Read(p []byte) (n int, err error) {
	if c.replies == nil {
		return c.Conn.Read(p)
	}
	if _, err := c.replies.Peek(1); err != nil {
		return 0, err
	}
	line, _ := c.replies.Peek(min(c.replies.Buffered(), len(p)))
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end+1]
	}
	n, err = c.replies.Read(p[:len(line)])
	if c.said += n; c.said > maxReply {
		return 0, errTalkative
	}
	return n, err
}

// hasReply reports whether the peer has said what nobody has read yet.
func (c *guardedConn) hasReply() bool { return c.replies != nil && c.replies.Buffered() > 0 }

// isEarly reports the same, and first takes in what has come by now.
func (c *guardedConn) isEarly() bool {
	c.SetReadDeadline(time.Now().Add(earlyWait))
	c.replies.Peek(1) // of an error the next read tells
	c.SetReadDeadline(time.Time{})
	return c.hasReply()
}

// releaseForTLS returns the connection for TLS, where there are no replies to be guarded. An
// error says that the peer, or somebody between, has spoken in the clear.
func (c *guardedConn) releaseForTLS() (net.Conn, error) {
	if c.hasReply() {
		return nil, errEarly
	}
	c.replies = nil
	return c, nil
}
