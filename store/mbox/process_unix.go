//go:build unix

package mbox

import (
	"errors"

	"golang.org/x/sys/unix"
)

// alive reports whether a process with this number exists.
func alive(pid int) bool { return !errors.Is(unix.Kill(pid, 0), unix.ESRCH) }

// unwritable reports whether the error says that a folder can't have a dotlock.
func unwritable(err error) bool {
	return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EROFS) ||
		errors.Is(err, errors.ErrUnsupported)
}
