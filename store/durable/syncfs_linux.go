package durable

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Before Linux 5.8 syncfs didn't report that a write had failed (syncfs(2)).
var syncFSReports = kernelAtLeast(5, 8)

// syncedWhole are the file systems whose syncfs does all that an fsync of each
// file would. On others it does less: FUSE, for one, keeps it from the program
// behind it.
var syncedWhole = []uint32{
	unix.EXT4_SUPER_MAGIC, // ext2 and ext3 too
	unix.XFS_SUPER_MAGIC,
	unix.BTRFS_SUPER_MAGIC,
	unix.F2FS_SUPER_MAGIC,
	unix.TMPFS_MAGIC,
}

// openFS opens the folder once more, if its file system is one for syncFS. It
// returns nil otherwise.
func openFS(root *os.Root) *os.File {
	if !syncFSReports {
		return nil
	}
	f, err := root.Open(".")
	if err != nil {
		return nil
	}
	var info unix.Statfs_t
	if unix.Fstatfs(int(f.Fd()), &info) != nil || !slices.Contains(syncedWhole, uint32(info.Type)) {
		f.Close()
		return nil
	}
	return f
}

func syncFS(f *os.File) error {
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}

func kernelAtLeast(major, minor int) bool {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return false
	}
	release := strings.SplitN(unix.ByteSliceToString(name.Release[:]), ".", 3)
	if len(release) < 2 {
		return false
	}
	x, errX := strconv.Atoi(release[0])
	y, errY := strconv.Atoi(strings.TrimRight(release[1], "-+abcdefghijklmnopqrstuvwxyz"))
	return errX == nil && errY == nil && (x > major || x == major && y >= minor)
}
