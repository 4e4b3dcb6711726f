package command

import (
	"context"
	"os/exec"
	"syscall"
)

// shell prepares a command of cmd.exe that ends with ctx. The command line is
// given as a whole, because cmd.exe doesn't understand the quoting that Go
// does for arguments.
func shell(ctx context.Context, command string) *exec.Cmd {
	run := exec.CommandContext(ctx, "cmd")
	run.SysProcAttr = &syscall.SysProcAttr{
		CmdLine: `cmd /d /s /c "` + command + `"`, CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
	}
	return run
}
