//go:build !windows

package durable

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func syncDir(f *os.File) error { return f.Sync() }

func truncateFile(f *os.File, size int64) error { return f.Truncate(size) }

// openFile makes a new file of the folder itself in one call of the system,
// where os.Root needs nine. It follows no symbolic link, as O_EXCL forbids it, and
// so it is done too where others may have put one.
func (d *Dir) openFile(name string, flag int) (f *os.File, err error) {
	if !isPlain(name) || flag&os.O_EXCL == 0 && !d.common {
		return d.root.OpenFile(name, flag, 0o600)
	}
	if flag&os.O_EXCL == 0 {
		flag |= unix.O_NOFOLLOW | unix.O_NONBLOCK
	}
	fd := -1
	err = retryInterrupted(func() (err error) {
		fd, err = unix.Openat(int(d.self.Fd()), name, flag|unix.O_CLOEXEC, 0o600)
		return err
	})
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: d.Path(name), Err: err}
	}
	return os.NewFile(uintptr(fd), d.Path(name)), nil
}

// moveTo takes one call of the system, where os.Root needs six and both folders in one.
func (d *Dir) moveTo(from string, to *Dir, name string) error {
	if !isPlain(from) || !isPlain(name) {
		return &os.LinkError{Op: "rename", Old: d.Path(from), New: to.Path(name), Err: unix.EINVAL}
	}
	err := retryInterrupted(func() error {
		return unix.Renameat(int(d.self.Fd()), from, int(to.self.Fd()), name)
	})
	if err != nil {
		return &os.LinkError{Op: "rename", Old: d.Path(from), New: to.Path(name), Err: err}
	}
	return nil
}

// isPlain reports whether a name is that of an entry of the folder itself.
func isPlain(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/")
}

// retryInterrupted repeats a call that a signal interrupted.
func retryInterrupted(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
