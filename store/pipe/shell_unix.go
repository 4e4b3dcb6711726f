//go:build unix

package pipe

import (
	"context"
	"os/exec"
	"syscall"
)

// What the shell ends with if it can't run a command.
const notExecutable, notFound = 126, 127

// hasLookup tells that the shell can be asked what a word is.
const hasLookup = true

func isMissing(status int) bool { return status == notExecutable || status == notFound }

// shell prepares a command of /bin/sh that ends with ctx, and all its children
// with it. As it has a process group of its own, Ctrl-C at the terminal doesn't
// reach it: it may bring to an end what it has begun.
func shell(ctx context.Context, text string) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", text)
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	return run
}
