package pipe

import (
	"fmt"
	"io/fs"
	"time"

	"popfetch/store/shell"
)

// The statuses of sysexits.h that delivery agents end with.
var meanings = map[int]string{
	64: "usage",
	65: "bad data",
	66: "no input",
	67: "no such user",
	68: "no such host",
	69: "unavailable",
	70: "internal error",
	71: "system error",
	72: "a system file is missing",
	73: "can't create the output",
	74: "input or output error",
	75: "temporary failure",
	76: "protocol error",
	77: "permission denied",
	78: "configuration",
}

// exTempFail is EX_TEMPFAIL: the same may go well another time.
const exTempFail = 75

// A statusError says that the command didn't take a message.
type statusError struct {
	name      string
	ended     error // as package exec tells it
	status    int   // -1 after a signal
	complaint string
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("deliver to %s: %v", e.name, e.ended)
	if meaning := meanings[e.status]; meaning != "" {
		text += " (" + meaning + ")"
	}
	return text + quoted(e.complaint)
}

// Temporary reports whether the command asked to try again, or lacks a program
// that may come.
func (e *statusError) Temporary() bool { return e.status == exTempFail || shell.IsMissing(e.status) }

// A slowError says that the command was killed.
type slowError struct {
	name    string
	timeout time.Duration
}

func (e *slowError) Error() string {
	return fmt.Sprintf("deliver to %s: it came to no end in %v, and was killed", e.name, e.timeout)
}

// Temporary tells that it may go well another time.
func (e *slowError) Temporary() bool { return true }

// A missingError says that there is no such command.
type missingError struct {
	status    int
	complaint string
}

func (e *missingError) Error() string {
	return fmt.Sprintf("exit status %d: the shell can't run it%s", e.status, quoted(e.complaint))
}

// Unwrap tells that it is not there, or may not be run.
func (e *missingError) Unwrap() error {
	if e.status == shell.NotExecutable {
		return fs.ErrPermission
	}
	return fs.ErrNotExist
}

// Hint tells the way out.
func (e *missingError) Hint() string {
	return "check the command of pipe, and give its whole path: cron's PATH is short"
}

func quoted(complaint string) string {
	if complaint == "" {
		return ""
	}
	return fmt.Sprintf(": %q", complaint)
}
