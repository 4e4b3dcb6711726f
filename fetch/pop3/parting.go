package pop3

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// A PartingError says that the server said no, unasked, right behind the greeting
// or the login, and ended the session. Dovecot does so behind "+OK Logged in." if
// it then can't open the mailbox. The line may come before the next command is
// sent or be read as the answer to it: the error is the same. The connection is
// dead.
type PartingError struct {
	After string // "greeting" or "login"
	said  Error
}

func (e *PartingError) Error() string {
	if e.said.serverWords() == "" {
		return "the server says no and ends the session"
	}
	return fmt.Sprintf("the server says %q and ends the session", e.said.serverWords())
}

// Temporary reports whether the server says that the same may work later.
func (e *PartingError) Temporary() bool { return e.said.Temporary() }

// Hint tells the way out, where there is one.
func (e *PartingError) Hint() string {
	switch {
	case e.said.InUse():
		return "another program is reading this maildrop; try again when it has ended"
	case e.Temporary():
		return "try again later"
	case e.After == afterLogin:
		return "the login was right, but the server can't open the mailbox: ask the provider"
	}
	return ""
}

// afterLogin is what a session opens with as it does with the greeting.
const afterLogin = "login"

// openedBy returns what begins with a yes to the command: until the next yes, a no
// may be the server's last word.
func openedBy(command string) string {
	switch command {
	case greeting:
		return greeting
	case "PASS", "APOP", "AUTH":
		return afterLogin
	}
	return ""
}

// saysNo reports whether the server says no unasked, and ends the connection
// then. Later in a session, such a line may as well be the rest of a message.
func (c *Client) saysNo() bool {
	start, _ := c.r.Peek(min(c.r.Buffered(), len("-ERR")))
	if !isNo(start) && !bytes.EqualFold(start, []byte("-ERR")[:len(start)]) {
		return false
	}
	c.due++
	refused := (*Error)(nil)
	if _, err := c.readStatus(afterLogin); !errors.As(err, &refused) {
		return c.dead != nil
	}
	c.dead = &PartingError{After: c.opened, said: *refused}
	return true
}

// failWrite ends the connection because a command couldn't be written. What the
// server said before it hung up may still be there to be read.
func (c *Client) failWrite(command string, err error) error {
	silent := errors.Is(err, os.ErrDeadlineExceeded) || c.ctx.Err() != nil
	if c.dead == nil && c.opened != "" && c.parting == nil && !silent {
		c.readStatus(command) // which may be the parting no
	}
	return c.markDead(command, err)
}
