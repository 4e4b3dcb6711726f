package secret

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
)

// shell prepares a command of cmd.exe that ends with ctx, and its children with it. The command line is
// given as a whole, because cmd.exe doesn't understand the quoting that Go
// does for arguments.
func shell(ctx context.Context, command string) *exec.Cmd {
	run := exec.CommandContext(ctx, "cmd")
	run.Cancel = func() error {
		// This ends the children too, as far as it finds them.
		_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(run.Process.Pid)).Run()
		return run.Process.Kill()
	}
	run.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /d /s /c "` + command + `"`}
	return run
}
