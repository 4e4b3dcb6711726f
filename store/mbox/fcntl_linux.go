package mbox

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// hasFileLocks tells that lockFile locks.
const hasFileLocks = true

// lockFile locks the whole file, or returns who holds it. The lock belongs to
// the open file, so that it neither ends when this process closes the file
// elsewhere nor lets another account of this process in; other programs see it
// as any fcntl lock. A system that doesn't know such locks has the classical.
func lockFile(f *os.File) (holder string, err error) {
	want := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	err = unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &want)
	if errors.Is(err, unix.EINVAL) {
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &want)
	}
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return fcntlHolder(f), nil
	}
	return "", os.NewSyscallError("fcntl", err)
}

func fcntlHolder(f *os.File) string {
	other := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	if unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &other) == nil && other.Pid > 0 {
		return fmt.Sprintf("process %d (fcntl)", other.Pid)
	}
	return "another process (fcntl)" // it has an open-file-description lock
}
