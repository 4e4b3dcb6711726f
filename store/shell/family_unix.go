//go:build unix

package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

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
