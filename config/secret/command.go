package secret

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

const (
	// waitDelay is how long a command that was stopped, or one whose children
	// keep its output open, may hold us up.
	waitDelay = time.Second

	// maxComplaint is how much of a command's stderr goes into the error.
	maxComplaint = 200
)

// commandTime is how long a command may take: a person who is at the terminal may
// have to unlock something first. It is a variable for tests.
var commandTime = func() time.Duration {
	if HasTerminal() {
		return 10 * time.Minute
	}
	return time.Minute
}

// A SlowError says that a command came to no end, and was stopped.
type SlowError struct{ After time.Duration }

func (e *SlowError) Error() string {
	return fmt.Sprintf("it came to no end in %v, and was stopped", e.After)
}

// Temporary tells that the next run may well succeed: it may have waited for a
// network, or for a person.
func (e *SlowError) Temporary() bool { return true }

// errTooMuch says that a source can't be meant to be a password.
var errTooMuch = fmt.Errorf("more than %d KB", maxOutput>>10)

// FromCommand runs a shell command and takes the first line of its output,
// which must be what the caller calls it, such as "password". Its stdin is the
// null device. What it says on stderr goes into the error, an *Error of that
// source; what it says on stdout never does. One that hangs is stopped in the end,
// with its children, which is a *SlowError.
func FromCommand(ctx context.Context, source, what, command string) (Secret, error) {
	slow := &SlowError{commandTime()}
	limited, cancel := context.WithTimeoutCause(ctx, slow.After, slow)
	defer cancel()
	return fromCommand(limited, source, what, command)
}

// fromCommand is FromCommand without a limit but that of ctx, whose cause may be
// a *SlowError.
func fromCommand(ctx context.Context, source, what, command string) (Secret, error) {
	output, complaint := capture{limit: maxOutput, strict: true}, capture{limit: maxComplaint}
	run := shell(ctx, command)
	run.Stdout, run.Stderr = &output, &complaint
	run.Env = Environment()
	run.WaitDelay = waitDelay
	err := run.Run()
	slow, isSlow := errors.AsType[*SlowError](context.Cause(ctx))
	switch {
	case isSlow:
		return Secret{}, &Error{source, slow, "run it by hand, where popfetch runs, and see what it waits for"}
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
