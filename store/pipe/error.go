package pipe

import (
	"fmt"
	"io/fs"
	"os/exec"

	"popfetch/store/hint"
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

// notTaken says that the command didn't take a message. A program that it lacks may
// come.
func notTaken(name string, ended *exec.ExitError, complaint string) error {
	meaning := ""
	if text := meanings[ended.ExitCode()]; text != "" {
		meaning = " (" + text + ")"
	}
	err := fmt.Errorf("deliver to %s: %v%s%s", name, ended, meaning, quoteComplaint(complaint))
	if ended.ExitCode() == exTempFail || shell.IsMissing(ended.ExitCode()) {
		return hint.Temporary(err)
	}
	return err
}

// missingCommand says that there is no such command, or that it may not be run.
func missingCommand(status int, complaint string) error {
	err := &hint.Error{
		Text: fmt.Sprintf("exit status %d: the shell can't run it%s", status, quoteComplaint(complaint)),
		Way:  "check the command of pipe, and give its whole path: cron's PATH is short",
		Err:  fs.ErrNotExist,
	}
	if status == shell.NotExecutable {
		err.Err = fs.ErrPermission
	}
	return err
}

func quoteComplaint(complaint string) string {
	if complaint == "" {
		return ""
	}
	return fmt.Sprintf(": %q", complaint)
}
