package pop3

import (
	"context"
	"net"
)

// StartTLS sends STLS, RFC 2595 section 4, lets upgrade put TLS on the
// connection, and forgets what the server said so far. A refusal of the server
// is an *Error; after any error nothing secret may be sent. The timeout bounds
// the whole handshake.
func (c *Client) StartTLS(upgrade func(net.Conn) (net.Conn, error)) error {
	if _, err := c.roundTrip("STLS"); err != nil {
		return err
	}
	// What came in the same packets was sent by anybody between us and the
	// server, and would be taken for a reply under TLS (CVE-2021-33515).
	if c.r.Buffered() > 0 {
		return c.protocolError("STLS", "text follows in the clear, where TLS begins", nil)
	}
	c.patient = false
	if err := c.extendDeadline(); err != nil {
		return c.markDead("STLS", err)
	}
	conn, err := upgrade(c.conn)
	c.patient = true
	if err != nil {
		if c.ctx.Err() != nil {
			err = context.Cause(c.ctx)
		}
		c.dead = err
		return err
	}
	c.conn = conn
	c.caps = nil
	return nil
}
