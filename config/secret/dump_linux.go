package secret

import "golang.org/x/sys/unix"

// NoDumps keeps our memory, which holds secrets, out of core files, and out of
// reach of other processes of the user: of their debuggers, and of
// /proc/PID/environ. A program that we start is as dumpable as any.
func NoDumps() {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // where it is forbidden, nothing else is wrong
}
