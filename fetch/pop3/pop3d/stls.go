package pop3d

import (
	"crypto/tls"
	"errors"
)

// errNotSTLS is what StartTLS returns where the client has not asked for it.
var errNotSTLS = errors.New("pop3d: TLS can only start after STLS")

// stls is STLS (RFC 2595 section 4).
func (c *Conn) stls(Command) {
	if !c.mayEncrypt() {
		c.Refuse("no TLS here")
		return
	}
	c.Reply("+OK begin TLS")
	_ = c.StartTLS()
}

// mayEncrypt says whether STLS is possible.
func (c *Conn) mayEncrypt() bool { return c.server.TLS != nil && !c.IsEncrypted() }

// StartTLS sends what was written and begins TLS. What the client sent in
// clear behind its STLS is dropped, and what it said before is forgotten.
// Only an Intercept of STLS may call it.
func (c *Conn) StartTLS() error {
	if !c.feed.isPaused() || !c.mayEncrypt() {
		return errNotSTLS
	}
	c.claimed = ""
	if err := c.Flush(); err != nil {
		return err
	}
	if err := c.handshakeTLS(); err != nil {
		return err
	}
	c.record.changeSession(func(s *Session) { s.Flights++ })
	c.answered = false
	c.feed.resumeFrom(c.conn)
	return nil
}

// handshakeTLS puts TLS over the wire. If that fails, the session is over.
func (c *Conn) handshakeTLS() error {
	conn := tls.Server(c.wire, c.server.TLS)
	if err := conn.Handshake(); err != nil {
		c.err = err
		return err
	}
	c.conn = conn
	c.buf.Reset(conn)
	c.record.changeSession(func(s *Session) { s.TLS = true })
	return nil
}
