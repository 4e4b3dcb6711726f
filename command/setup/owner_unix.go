//go:build unix

package setup

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a file the owner and the group of another.
func keepOwner(f *os.File, like fs.FileInfo) error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	is, ok := own.Sys().(*syscall.Stat_t)
	be, okBe := like.Sys().(*syscall.Stat_t)
	if !ok || !okBe || is.Uid == be.Uid && is.Gid == be.Gid {
		return nil
	}
	return f.Chown(int(be.Uid), int(be.Gid))
}
