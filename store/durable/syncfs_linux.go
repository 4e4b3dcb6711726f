package durable

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Before Linux 5.8 syncfs didn't report that a write had failed (syncfs(2)).
var hasSyncFS = kernelAtLeast(5, 8)

func syncFS(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
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
