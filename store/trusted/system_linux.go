package trusted

import "golang.org/x/sys/unix"

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
