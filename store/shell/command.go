package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// waitDelay is how long a command that was stopped, or one whose children keep
// its output open, may hold us up.
const waitDelay = time.Second

// A Command is what the shell is given, and under which conditions it runs.
type Command struct {
	Text      string
	Time      time.Duration // after which it is stopped
	Input     io.Reader     // nil: the null device
	Variables []string      // NAME=VALUE each, beside those of Environment
	MaxOutput int           // bytes of its stdout, where more is an error; 0: the null device

	// Credentials lets it see where systemd keeps the credentials of a service:
	// passwords, which only a command that prints one may need.
	Credentials bool

	// AtTerminal leaves it in our process group. One in the background that asks
	// for a passphrase on the terminal would be stopped by the kernel, and Ctrl-C
	// reaches all of the group anyway.
	AtTerminal bool
}

// ErrTooMuch says that a command writes more to its stdout than MaxOutput.
var ErrTooMuch = errors.New("too much output")

// A SlowError says that a command came to no end, and was stopped.
type SlowError struct{ After time.Duration }

func (e *SlowError) Error() string {
	return fmt.Sprintf("it came to no end in %v, and was stopped", e.After)
}

// Temporary tells that the next run may well succeed: it may have waited for a
// network, or for a person.
func (e *SlowError) Temporary() bool { return true }

// A Result is what a command said.
type Result struct {
	Output    []byte
	Complaint Complaint
}

// Run runs the command to its end. The error is nil where its exit status is 0,
// even if it leaves behind a child, such as an agent, with its output open; an
// *exec.ExitError where it ended otherwise; a *SlowError where its time was over;
// ErrTooMuch; the context's own; or what kept the shell from running.
func (c Command) Run(ctx context.Context) (*Result, error) {
	slow := &SlowError{c.Time}
	limited, cancel := context.WithTimeoutCause(ctx, c.Time, slow)
	defer cancel()
	return c.runUnlimited(limited)
}

// runUnlimited is Run without a limit but that of ctx, whose cause may be a *SlowError.
func (c Command) runUnlimited(ctx context.Context) (*Result, error) {
	result, output := &Result{}, capture{limit: c.MaxOutput}
	run := c.prepareProcess(ctx)
	run.WaitDelay = waitDelay
	run.Env = append(buildEnvironment(c.Credentials), c.Variables...)
	run.Stdin, run.Stderr = c.Input, &result.Complaint
	if c.MaxOutput > 0 {
		run.Stdout = &output
	}
	err := run.Run()
	result.Output = output.text
	slow, isSlow := errors.AsType[*SlowError](context.Cause(ctx))
	switch {
	case run.ProcessState != nil && run.ProcessState.Success() && !output.over:
		return result, nil
	case isSlow:
		return result, slow
	case ctx.Err() != nil:
		return result, ctx.Err()
	case output.over:
		return result, ErrTooMuch
	default:
		return result, err
	}
}

// A capture keeps what is written to it. What goes beyond the limit is refused:
// then an endless command dies of its closed pipe.
type capture struct {
	text  []byte
	limit int
	over  bool
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
	return room, ErrTooMuch
}
