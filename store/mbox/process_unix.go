//go:build unix

package mbox

import (
	"errors"

	"golang.org/x/sys/unix"
)

// isAlive reports whether a process with this number exists.
func isAlive(pid int) bool { return !errors.Is(unix.Kill(pid, 0), unix.ESRCH) }

// refusesLocks reports whether the error of a lock says that the file system
// has none: by POSIX that is EINVAL; NFS, FUSE and SMB have their own words.
func refusesLocks(err error) bool {
	return errors.Is(err, unix.ENOLCK) || errors.Is(err, unix.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}

// isUnwritable reports whether the error says that a folder can't have a dotlock.
func isUnwritable(err error) bool {
	return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EROFS) ||
		errors.Is(err, errors.ErrUnsupported)
}
