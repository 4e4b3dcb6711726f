//go:build unix

package secret

import (
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
)

// isMounted reports whether root hands a file that others can read down to
// whoever is meant to read it, as Kubernetes and Docker do with secrets: it is
// root's, and read-only (Docker has 0444), or in a volume of Kubernetes (which has
// 0644). That nobody else can change it is known of every file that is read.
func isMounted(path string, info fs.FileInfo) bool {
	return ownerOf(info) == 0 && isMeant(path, info.Mode().Perm())
}

// isMeant reports whether a mode looks as if others are meant to read the file.
func isMeant(path string, mode fs.FileMode) bool {
	return mode&0o022 == 0 && (mode&0o222 == 0 || isVolume(path))
}

// isVolume reports whether a path leads into a volume of Kubernetes: a folder
// such as ..2026_11_28_09_00_00.123456789, to which the link ..data leads.
func isVolume(path string) bool {
	whole, err := filepath.EvalSymlinks(path)
	return err == nil && strings.Contains(whole, "/..")
}

// ownerOf returns the id of a file's owner, or -1.
func ownerOf(info fs.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}
