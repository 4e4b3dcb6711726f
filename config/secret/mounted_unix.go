//go:build unix

package secret

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// isMounted reports whether root hands a file that others can read down to
// whoever is meant to read it, as Kubernetes and Docker do with secrets.
func isMounted(path string, info fs.FileInfo) bool {
	return party{root: 0, self: os.Geteuid()}.handsDown(path, info)
}

// A party is whose files one has to do with.
type party struct{ root, self int }

// handsDown reports whether a file is root's, nobody else can write it or put
// another in its place, and it looks meant to be so: read-only (Docker has
// 0444), or in a volume of Kubernetes (which has 0644).
func (p party) handsDown(path string, info fs.FileInfo) bool {
	absolute, err := filepath.Abs(path)
	mode := info.Mode().Perm()
	isMeant := mode&0o222 == 0 || isVolume(path)
	return err == nil && ownerOf(info) == p.root && mode&0o022 == 0 && isMeant && p.guards(absolute)
}

// isVolume reports whether a path leads into a volume of Kubernetes: a folder
// such as ..2026_11_28_09_00_00.123456789, to which the link ..data leads.
func isVolume(path string) bool {
	whole, err := filepath.EvalSymlinks(path)
	return err == nil && strings.Contains(whole, "/..")
}

// maxLinks bounds how many links lead to a file.
const maxLinks = 40

// guards reports whether an absolute path leads only through folders and links
// that nobody but root and ourselves can change.
func (p party) guards(path string) bool {
	at, left := "/", parts(path)
	for links := 0; len(left) > 0; {
		next := filepath.Join(at, left[0])
		left = left[1:]
		info, err := os.Lstat(next)
		if err != nil || !p.keeps(info) {
			return false
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		target, err := os.Readlink(next)
		if links++; err != nil || links > maxLinks {
			return false
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		left = append(parts(target), left...)
	}
	return true
}

// keeps reports whether what a path leads through is safe from others. In a
// folder with the sticky bit nobody can take away what isn't theirs.
func (p party) keeps(info fs.FileInfo) bool {
	isOurs := slices.Contains([]int{0, p.root, p.self}, ownerOf(info))
	isOpen := info.IsDir() && info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0
	return isOurs && !isOpen
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// ownerOf returns the id of a file's owner, or -1.
func ownerOf(info fs.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}
