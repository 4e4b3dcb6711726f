package pop3

import (
	"bytes"
	"errors"
	"strings"
)

// errUnsendable says that an argument would end the command before its time,
// and let whoever chose it speak to the server. Nothing was sent.
var errUnsendable = errors.New("it holds a line break or a NUL, which POP3 can't carry")

// unsendable are the bytes that no command can hold.
const unsendable = "\r\n\x00"

// queueCommand adds a command to those that the next flush sends. shown is what the
// trace may tell of it. What is unread of a message is skipped first, as the
// reply comes behind it.
func (c *Client) queueCommand(command, shown string) error {
	if c.dead != nil {
		return c.dead
	}
	if strings.ContainsAny(command, unsendable) {
		return errUnsendable
	}
	if err := c.message.skipRest(); err != nil {
		return err
	}
	if err := c.inStep(shown); err != nil {
		return err
	}
	c.due++
	c.trace.sentCommand(shown)
	c.w.WriteString(command)
	if _, err := c.w.WriteString("\r\n"); err != nil {
		return c.failWrite(shown, err)
	}
	return nil
}

// inStep ends the connection if the server has sent what nobody asked for. The
// next reply would be taken for that to another command, and a message for
// another message.
func (c *Client) inStep(command string) error {
	if c.dead != nil || c.due > 0 || c.r.Buffered() == 0 {
		return c.dead
	}
	if c.opened != "" && c.saysNo() {
		return c.dead
	}
	line, _ := c.r.Peek(min(c.r.Buffered(), maxShown))
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return c.protocolError(command, "the server sends what it wasn't asked for", bytes.TrimSuffix(line, []byte{'\r'}))
}

func (c *Client) flushCommands(command string) error {
	if c.dead != nil {
		return c.dead
	}
	if err := c.w.Flush(); err != nil {
		return c.failWrite(command, err)
	}
	return nil
}

// sendCommand sends one command. shown is what may be told of it.
func (c *Client) sendCommand(command, shown string) error {
	if err := c.queueCommand(command, shown); err != nil {
		return err
	}
	return c.flushCommands(shown)
}

// roundTrip sends a command whose parts may all be shown, waits for its status line
// and returns the text of that.
func (c *Client) roundTrip(command string) ([]byte, error) {
	if err := c.sendCommand(command, command); err != nil {
		return nil, err
	}
	verb, _, _ := strings.Cut(command, " ")
	return c.readStatus(verb)
}

// Noop does nothing, RFC 1939 section 5.
func (c *Client) Noop() error {
	_, err := c.roundTrip("NOOP")
	return err
}

// Reset takes back all deletions of this session, RFC 1939 section 5.
func (c *Client) Reset() error {
	_, err := c.roundTrip("RSET")
	return err
}

// Quit ends the session: the server deletes what it was told to, answers and
// hangs up, RFC 1939 section 6. Only after a nil error can one rely on the
// deletions.
func (c *Client) Quit() error {
	c.patient = true
	_, err := c.roundTrip("QUIT")
	return err
}

// QuitWithoutReply ends the session as Quit does, and doesn't wait for the answer, on
// which nothing hangs where nothing was deleted. The system delivers what was
// sent even if the connection is closed right after.
func (c *Client) QuitWithoutReply() error { return c.sendCommand("QUIT", "QUIT") }
