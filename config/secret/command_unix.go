//go:build unix

package secret

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// shell prepares a command of /bin/sh that ends with ctx, and its children with
// it. Without a terminal it gets a process group of its own for that. With one
// it stays in ours: a command in the background that asks for a passphrase on
// the terminal would be stopped by the kernel, and Ctrl-C reaches all of the
// group anyway.
func shell(ctx context.Context, command string) *exec.Cmd {
	run := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	run.Cancel = func() error { return killFamily(run.Process.Pid) }
	if !HasTerminal() {
		run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	}
	return run
}

// killFamily kills a process with its children and theirs. Each is stopped before
// its children are looked for, so that it can't have more of them.
func killFamily(pid int) error {
	family := []int{pid}
	for i := 0; i < len(family); i++ {
		syscall.Kill(family[i], syscall.SIGSTOP)
		family = append(family, childrenOf(family[i])...)
	}
	for _, child := range family[1:] {
		syscall.Kill(child, syscall.SIGKILL)
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

// childrenOf returns the children of a process: from /proc as Linux has it, else
// from ps, which POSIX has.
func childrenOf(parent int) (children []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var lines []string
	for _, path := range stats {
		text, _ := os.ReadFile(path)
		pid, rest, _ := strings.Cut(string(text), " ")
		// The name of the program, in parentheses, may hold anything.
		if fields := strings.Fields(rest[strings.LastIndexByte(rest, ')')+1:]); len(fields) > 1 {
			lines = append(lines, pid+" "+fields[1])
		}
	}
	if lines == nil {
		text, _ := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=").Output()
		lines = strings.Split(string(text), "\n")
	}
	for _, line := range lines {
		var pid, above int
		if n, _ := fmt.Sscan(line, &pid, &above); n == 2 && above == parent {
			children = append(children, pid)
		}
	}
	return children
}
