package dovecottest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// supported tells that this system can tie an instance to the life of its test.
const supported = true

// processAttributes puts the instance into a process group of its own, ends it when the test binary
// dies, and takes root's rights from it.
func processAttributes(who account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if who.change {
		attr.Credential = &syscall.Credential{Uid: uint32(who.uid), Gid: uint32(who.gid)}
	}
	return attr
}

// killGroup kills every process of the group.
func killGroup(group int) {
	_ = syscall.Kill(-group, syscall.SIGKILL) // It fails only when nobody is left.
}

// isGroupAlive tells whether the group has a process that can still do something. A killed one
// stays in the process table until init takes notice, which in a container may be seconds later.
func isGroupAlive(group int) bool {
	if syscall.Kill(-group, 0) != nil {
		return false
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // The pattern is well-formed.
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // It ended between the two calls.
		}
		// "PID (NAME) STATE PARENT GROUP …", where the name may hold anything.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 2 && string(fields[2]) == strconv.Itoa(group) && !bytes.ContainsAny(fields[0], "ZX") {
			return true
		}
	}
	return false
}
