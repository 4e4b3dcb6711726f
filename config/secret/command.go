package secret

import (
	"context"
	"errors"
	"fmt"
	"time"

	"popfetch/store/shell"
)

// commandTime is how long a command may take: a person who is at the terminal may
// have to unlock something first. It is a variable for tests.
var commandTime = func() time.Duration {
	if HasTerminal() {
		return 10 * time.Minute
	}
	return time.Minute
}

// errTooMuch says that a source can't be meant to be a password.
var errTooMuch = fmt.Errorf("more than %d KB", maxOutput>>10)

// FromCommand runs a shell command and takes the first line of its output,
// which must be what the caller calls it, such as "password". Its stdin is the
// null device. What it says on stderr goes into the error, an *Error of that
// source; what it says on stdout never does. One that hangs is stopped in the end,
// with its children, which is a *shell.SlowError.
func FromCommand(ctx context.Context, source, what, command string) (Secret, error) {
	result, err := shell.Command{
		Text: command, Time: commandTime(), MaxOutput: maxOutput, Credentials: true, AtTerminal: HasTerminal(),
	}.Run(ctx)
	_, isSlow := errors.AsType[*shell.SlowError](err)
	switch complaint := result.Complaint.Beginning(); {
	case ctx.Err() != nil:
		return Secret{}, ctx.Err()
	case isSlow:
		return Secret{}, &Error{source, err, "run it by hand, where popfetch runs, and see what it waits for"}
	case errors.Is(err, shell.ErrTooMuch):
		return Secret{}, &Error{source, errTooMuch, ""}
	case err != nil && complaint != "":
		return Secret{}, &Error{source, fmt.Errorf("%w: %q", err, complaint), ""}
	case err != nil:
		return Secret{}, &Error{source, err, ""}
	}
	line, err := FirstLine(what, result.Output)
	if err != nil {
		return Secret{}, &Error{source, err, WayOf(err, "its first line of output must be the "+what)}
	}
	return line, nil
}
