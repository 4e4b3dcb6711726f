package pop3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// An Error is a negative reply of the server to one command. The session goes
// on: what the next command gets is another matter.
type Error struct {
	Command string // the verb, as in "RETR"; "greeting" where the server spoke first
	Code    string // the response code in upper case, as in "IN-USE"; empty without one
	Text    string // the server's words behind it, *** if it held a secret; not to be trusted

	isHidden bool
	means    meaning // of what is hidden
}

func (e *Error) Error() string {
	refused := e.Command + " refused"
	if e.Command == greeting {
		refused = "service refused"
	}
	if e.serverWords() == "" {
		return refused + " without a reason"
	}
	return fmt.Sprintf("%s: the server says %q", refused, e.serverWords())
}

// serverWords are what the server said, with the response code.
func (e *Error) serverWords() string {
	if e.Code == "" {
		return strings.TrimSpace(e.Text)
	}
	return strings.TrimSpace("[" + e.Code + "] " + e.Text)
}

// Response codes of RFC 2449 section 8 and RFC 3206.
const (
	CodeInUse      = "IN-USE"
	CodeLoginDelay = "LOGIN-DELAY"
	CodeSysTemp    = "SYS/TEMP"
	CodeSysPerm    = "SYS/PERM"
	CodeAuth       = "AUTH"
)

// isMeant reports whether a response code is one of these.
func isMeant(code string) bool {
	return slices.Contains([]string{CodeInUse, CodeLoginDelay, CodeSysTemp, CodeSysPerm, CodeAuth}, code)
}

// A ProtocolError says that the server's reply is none that POP3 knows, or
// beyond its bounds. The connection is dead.
type ProtocolError struct {
	Command string
	Problem string // what is wrong with the reply
	Line    string // the line itself, or *** if it held a secret, cut; not to be trusted

	advice string
}

func (e *ProtocolError) Error() string {
	if e.Line == "" {
		return fmt.Sprintf("%s: %s", replyTo(e.Command), e.Problem)
	}
	return fmt.Sprintf("%s: %s: %q", replyTo(e.Command), e.Problem, e.Line)
}

// Hint tells the way out, where there is one.
func (e *ProtocolError) Hint() string { return e.advice }

// replyTo names what the server is to send.
func replyTo(command string) string {
	if command == greeting {
		return "the greeting"
	}
	return "the reply to " + command
}

// ErrHungUp is what an error wraps whose cause is that the server closed the
// connection while something was expected of it.
var ErrHungUp = errors.New("the server hung up")

// A TimeoutError says that nothing moved on the connection for too long.
type TimeoutError struct{ Command, After string }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("waiting for %s: nothing moved for %s", replyTo(e.Command), e.After)
}

// Timeout reports true, as net.Error has it.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary reports true, as net.Error has it.
func (e *TimeoutError) Temporary() bool { return true }

// markDead makes one error of the many ways in which a connection ends, and
// remembers it: no command is sent after it.
func (c *Client) markDead(command string, err error) error {
	switch {
	case c.dead != nil:
		return c.dead
	case c.ctx.Err() != nil:
		err = context.Cause(c.ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = &TimeoutError{Command: command, After: c.currentTimeout().String()}
	case c.parting != nil:
		err = &PartingError{After: c.opened, said: *c.parting}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("waiting for %s: %w", replyTo(command), ErrHungUp)
	default:
		err = fmt.Errorf("waiting for %s: %w", replyTo(command), err)
	}
	c.dead = err
	return err
}

// protocolError ends the connection because of a line, or without one because of
// what the lines have come to.
func (c *Client) protocolError(command, problem string, line []byte) error {
	if c.dead == nil {
		c.dead = &ProtocolError{Command: command, Problem: problem, Line: c.redactLine(line)}
	}
	return c.dead
}
