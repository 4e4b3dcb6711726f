package shell

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
)

// NotFound is what cmd.exe ends with if there is no such command. It has no word
// for one that may not be run.
const NotExecutable, NotFound = -1, 9009

// IsMissing reports whether a command ended so because there is none.
func IsMissing(status int) bool { return status == NotFound }

// prepareProcess makes the process of the command, which ends with ctx, and its
// children with it. The command line is given as a whole, because cmd.exe doesn't
// understand the quoting that Go does for arguments.
func (c Command) prepareProcess(ctx context.Context) *exec.Cmd {
	run := exec.CommandContext(ctx, "cmd")
	run.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /d /s /c "` + c.Text + `"`}
	if !c.AtTerminal {
		run.SysProcAttr.CreationFlags = syscall.CREATE_NEW_PROCESS_GROUP
	}
	run.Cancel = func() error {
		// This ends the children too, as far as it finds them.
		_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(run.Process.Pid)).Run()
		return run.Process.Kill()
	}
	return run
}
