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

// prepareProcess makes the process of the command, which ends with ctx, and its
// children with it: those of its process group, or in ours its family.
func (c Command) prepareProcess(ctx context.Context) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", c.Text)
	if c.AtTerminal {
		run.Cancel = func() error { return killFamily(run.Process.Pid) }
		return run
	}
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	return run
}
