package pop3d

import "strconv"

// stat is STAT (RFC 1939 section 5).
func (c *Conn) stat(Command) {
	var count, size int64
	for i, m := range c.list {
		if !c.deleted[i] {
			count++
			size += m.wireSize()
		}
	}
	c.replyNumbers("", count, size)
}

// listing is LIST (RFC 1939 section 5).
func (c *Conn) listing(cmd Command) {
	c.listMessages(cmd, func(line []byte, m *Message) []byte {
		return strconv.AppendInt(line, m.wireSize(), 10)
	})
}

// uidl is UIDL (RFC 1939 section 7).
func (c *Conn) uidl(cmd Command) {
	c.listMessages(cmd, func(line []byte, m *Message) []byte {
		return append(line, m.UID...)
	})
}

// listMessages answers a command about one message or about all of them with the
// number of each and what value appends.
func (c *Conn) listMessages(cmd Command, value func(line []byte, m *Message) []byte) {
	line := make([]byte, 0, 128)
	add := func(line []byte, i int) []byte {
		line = append(strconv.AppendInt(line, int64(i+1), 10), ' ')
		return append(value(line, c.list[i]), "\r\n"...)
	}
	if cmd.Arg != "" {
		n, ok := c.messageNumber(cmd.Arg)
		if !ok {
			c.noSuchMessage()
			return
		}
		_, _ = c.Write(add(append(line, "+OK "...), n-1))
		return
	}
	c.Reply("+OK")
	for i := range c.list {
		if !c.deleted[i] {
			_, _ = c.Write(add(line, i))
		}
	}
	c.Reply(".")
}

// dele is DELE (RFC 1939 section 5); only QUIT makes it come true.
func (c *Conn) dele(cmd Command) {
	n, ok := c.messageNumber(cmd.Arg)
	if !ok {
		c.noSuchMessage()
		return
	}
	c.deleted[n-1] = true
	c.Reply("+OK")
}

// noop is NOOP (RFC 1939 section 5).
func (c *Conn) noop(Command) { c.Reply("+OK") }

// rset is RSET (RFC 1939 section 5).
func (c *Conn) rset(Command) {
	clear(c.deleted)
	c.Reply("+OK")
}

// quit is QUIT (RFC 1939 sections 4 and 6). The maildrop is free again before
// the client can know.
func (c *Conn) quit(Command) {
	if c.drop != nil {
		c.removeDeleted()
		c.releaseMaildrop()
	}
	c.Reply("+OK bye")
	c.Close()
}

// removeDeleted removes the messages that the session has marked: the state UPDATE
// (RFC 1939 section 6).
func (c *Conn) removeDeleted() {
	gone := make(map[uint64]bool)
	for i, m := range c.list {
		if c.deleted[i] {
			gone[m.id] = true
		}
	}
	if len(gone) > 0 {
		c.drop.deleteWhere(func(m *Message) bool { return gone[m.id] })
	}
}
