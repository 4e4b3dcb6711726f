package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	// waitDelay is how long a command that was stopped, or one whose children
	// keep its output open, may hold us up.
	waitDelay = time.Second

	// maxComplaint is how much of a command's stderr goes into the error.
	maxComplaint = 200
)

// errTooMuch says that a source can't be meant to be a password.
var errTooMuch = fmt.Errorf("more than %d KB", maxOutput>>10)

// FromCommand runs a shell command and takes the first line of its output,
// which must be what the caller calls it, such as "password". Its stdin is the
// null device. What it says on stderr goes into the error, an *Error of that
// source; what it says on stdout never does.
func FromCommand(ctx context.Context, source, what, command string) (Secret, error) {
	output, complaint := capture{limit: maxOutput, strict: true}, capture{limit: maxComplaint}
	run := shell(ctx, command)
	run.Stdout, run.Stderr = &output, &complaint
	run.Env = slices.DeleteFunc(os.Environ(), isOurs)
	run.WaitDelay = waitDelay
	err := run.Run()
	switch {
	case ctx.Err() != nil:
		return Secret{}, ctx.Err()
	case output.over:
		return Secret{}, &Error{source, errTooMuch, ""}
	case errors.Is(err, exec.ErrWaitDelay):
		// It ended well, and left behind a child (an agent) with its output open.
	case err != nil && len(complaint.text) > 0:
		return Secret{}, &Error{source, fmt.Errorf("%w: %q", err, complaint.text), ""}
	case err != nil:
		return Secret{}, &Error{source, err, ""}
	}
	line, err := FirstLine(what, output.text)
	if err != nil {
		return Secret{}, &Error{source, err, WayOf(err, "its first line of output must be the "+what)}
	}
	return line, nil
}

// isOurs reports whether a variable is none of a command's business: a password,
// and the way to the service manager.
func isOurs(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"POPFETCH_PASSWORD", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}, name)
}

// A capture keeps the beginning of what is written to it. What comes after
// the limit is dropped, or refused when strict: then an endless command dies
// of its closed pipe.
type capture struct {
	text   []byte
	limit  int
	strict bool
	over   bool
}

// Write implements io.Writer.
func (c *capture) Write(data []byte) (int, error) {
	room := c.limit - len(c.text)
	if len(data) <= room {
		c.text = append(c.text, data...)
		return len(data), nil
	}
	c.text = append(c.text, data[:room]...)
	c.over = true
	if c.strict {
		return room, errTooMuch
	}
	return len(data), nil
}
