package pop3

// Missized are the messages whose sizes the server told wrong.
type Missized struct {
	Messages   int   // so many
	Number     int   // of the first
	Told, Came int64 // bytes in that
}

// Missized returns them, of those that came whole so far.
func (c *Client) Missized() Missized { return c.missized }

// compareSizes takes note of a message that came whole.
func (c *Client) compareSizes(m *Message) {
	told := c.told(m.Number)
	if m.verb != "RETR" || told <= 0 || told == m.size {
		return
	}
	if c.missized.Messages++; c.missized.Messages == 1 {
		c.missized.Number, c.missized.Told, c.missized.Came = m.Number, told, m.size
	}
}
