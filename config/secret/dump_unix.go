//go:build unix && !linux

package secret

import "syscall"

// NoDumps keeps our memory, which holds secrets, out of core files. A program
// that we start may raise the limit again.
func NoDumps() {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err == nil {
		limit.Cur = 0
		_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit) // where it is forbidden, nothing else is wrong
	}
}
