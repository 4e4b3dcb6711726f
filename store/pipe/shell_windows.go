package pipe

import (
	"context"
	"os/exec"
	"syscall"
)

// What cmd.exe ends with if there is no such command. It has no word for one
// that may not be run.
const notExecutable, notFound = -1, 9009

// hasLookup tells that the shell can't be asked what a word is.
const hasLookup = false

func isMissing(status int) bool { return status == notFound }

// shell prepares a command of cmd.exe that ends with ctx. The command line is
// given as a whole, because cmd.exe doesn't understand the quoting that Go
// does for arguments. In a process group of its own, Ctrl-C doesn't reach it.
func shell(ctx context.Context, text string) *exec.Cmd {
	run := exec.CommandContext(ctx, "cmd")
	run.SysProcAttr = &syscall.SysProcAttr{
		CmdLine: `cmd /d /s /c "` + text + `"`, CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
	}
	return run
}
