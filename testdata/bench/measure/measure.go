// Package measure runs one command and tells what it took.
package measure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// A Command is what to run, and how.
type Command struct {
	Args []string
	Env  []string // all of the environment
	Dir  string
	Fine []int // exit codes that mean success beside 0
	User User
}

// Run runs a command by the program timed, to its end, and returns what it printed as well. What it
// leaves running is killed. It is killed itself when ctx ends, or this process.
func Run(ctx context.Context, timed string, c Command) (usage Usage, output string, err error) {
	dir, err := os.MkdirTemp("", "popfetch-bench-run-")
	if err != nil {
		return usage, "", err
	}
	defer os.RemoveAll(dir)
	if err := c.User.Own(dir); err != nil {
		return usage, "", err
	}
	// Pipes would need goroutines that read them, in the midst of the measurement.
	out, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		return usage, "", err
	}
	defer out.Close()
	result := filepath.Join(dir, "usage")
	cmd := exec.CommandContext(ctx, timed, append([]string{"-o", result}, c.Args...)...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.Env, c.Dir, out, out
	cmd.SysProcAttr = c.User.attributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	err = runGroup(cmd)
	text, readErr := os.ReadFile(out.Name())
	switch {
	case ctx.Err() != nil:
		return usage, "", context.Cause(ctx)
	case err != nil && !slices.Contains(c.Fine, cmd.ProcessState.ExitCode()):
		return usage, string(text), fmt.Errorf("%w: %s", err, lastLine(string(text)))
	}
	used, err := os.ReadFile(result)
	if err == nil {
		usage, err = Parse(used)
	}
	return usage, string(text), errors.Join(err, readErr)
}

// runGroup runs a command and then kills what is left of its process group. The thread stays,
// because the kernel kills the command when its thread ends.
func runGroup(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // It fails when nobody is left.
	return err
}

// lastLine is the last line that isn't empty.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
