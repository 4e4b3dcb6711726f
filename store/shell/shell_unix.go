//go:build unix

package shell

import (
	"context"
	"os/exec"
	"syscall"
)

// NotExecutable and NotFound are what the shell ends with if it can't run a
// command.
const NotExecutable, NotFound = 126, 127

// IsMissing reports whether a command ended so because there is none.
func IsMissing(status int) bool { return status == NotExecutable || status == NotFound }

// Command prepares a command that ends with ctx.
func Command(ctx context.Context, text string) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", text)
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	run.WaitDelay = waitDelay
	return run
}
