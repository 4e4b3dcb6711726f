package trusted

import (
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// isMountPoint reports whether a path is where something was mounted (Linux 5.8;
// an older one says no).
func isMountPoint(path string) bool {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, 0, &st)
	return err == nil && st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}

// isNFS reports whether a path is on a file system of another machine by NFS.
func isNFS(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && int64(st.Type) == unix.NFS_SUPER_MAGIC
}

// vboxsf is the magic number of the shared folders of VirtualBox, as its module has it.
const vboxsf = 0x786f4256

// hasNoModes reports whether a path is on a mount of files that have no modes, whose
// owner the mount makes up, too: disks of Windows in its subsystem for Linux, and
// in containers. Who can write there is up to Windows, or to who started the container.
func hasNoModes(path string) bool {
	if !isWSL() && !isContainer() {
		return false
	}
	var st unix.Statfs_t
	magics := []int64{unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.V9FS_MAGIC, vboxsf}
	return unix.Statfs(path, &st) == nil && slices.Contains(magics, int64(uint32(st.Type)))
}

// isWSL reports whether the kernel is that of Windows' subsystem for Linux.
var isWSL = sync.OnceValue(func() bool {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	return err == nil && strings.Contains(strings.ToLower(string(release)), "microsoft")
})
