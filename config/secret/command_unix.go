//go:build unix

package secret

import (
	"context"
	"os/exec"
	"syscall"
)

// shell prepares a command of /bin/sh that ends with ctx. Without a terminal
// it gets a process group of its own, so that its children end with it. With
// one it stays in ours: a command in the background that asks for a passphrase
// on the terminal would be stopped by the kernel, and Ctrl-C reaches all of
// the group anyway.
func shell(ctx context.Context, command string) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	if !HasTerminal() {
		run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	}
	return run
}
