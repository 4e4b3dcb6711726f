package shell

import (
	"context"
	"os/exec"
	"syscall"
)

// NotFound is what cmd.exe ends with if there is no such command. It has no word
// for one that may not be run.
const NotExecutable, NotFound = -1, 9009

// IsMissing reports whether a command ended so because there is none.
func IsMissing(status int) bool { return status == NotFound }

// Command prepares a command that ends with ctx. The command line is given as a
// whole, because cmd.exe doesn't understand the quoting that Go does for
// arguments.
func Command(ctx context.Context, text string) *exec.Cmd {
	run := exec.CommandContext(ctx, "cmd")
	run.SysProcAttr = &syscall.SysProcAttr{
		CmdLine: `cmd /d /s /c "` + text + `"`, CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
	}
	run.WaitDelay = waitDelay
	return run
}
