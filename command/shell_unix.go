//go:build unix

package command

import (
	"context"
	"os/exec"
	"syscall"
)

// shell prepares a command of /bin/sh that ends with ctx, and its children with
// it: they have a process group of their own. Ctrl-C is for us, who tell it.
func shell(ctx context.Context, command string) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	return run
}
