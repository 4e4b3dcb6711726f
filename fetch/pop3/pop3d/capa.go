package pop3d

import "strings"

// capa is CAPA (RFC 2449 section 5).
func (c *Conn) capa(Command) {
	list := c.server.Capabilities
	if c.drop != nil {
		list = c.server.LoginCapabilities
	}
	if list == nil {
		list = c.ownCapabilities()
	}
	c.replyLines("+OK", list)
}

// ownCapabilities is what the server can do, and the client make use of, now.
func (c *Conn) ownCapabilities() []string {
	list := []string{"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"}
	if c.drop == nil {
		list = append(list, "USER", "SASL "+strings.Join(c.server.mechanismNames(), " "))
		if c.mayEncrypt() {
			list = append(list, "STLS")
		}
	}
	return append(list, "IMPLEMENTATION pop3d")
}

// replyLines answers with several lines, none of which begins with a dot.
func (c *Conn) replyLines(first string, rest []string) {
	c.Reply(first)
	for _, line := range rest {
		c.Reply(line)
	}
	c.Reply(".")
}
