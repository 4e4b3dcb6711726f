package lmtp

import (
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
)

// A guardedConn keeps go-smtp from what it would do otherwise: wait for ever
// until the peer accepts what is sent, take in replies without end, and be
// content with HELO where LHLO is refused. A server of SMTP takes a message into
// its queue, and when it can't deliver it later, nobody hears of that.
type guardedConn struct {
	net.Conn
	timeout time.Duration
	greeted bool
	said    int // since something was last sent
}

// Write implements net.Conn.
func (c *guardedConn) Write(p []byte) (int, error) {
	if !c.greeted && bytes.HasPrefix(p, []byte("HELO ")) {
		return 0, errNoLMTP
	}
	c.said = 0
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Read implements net.Conn.
func (c *guardedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.said += n; c.said > maxReply {
		return 0, errTalkative
	}
	return n, err
}
