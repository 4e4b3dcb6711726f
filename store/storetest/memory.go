package storetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// MemoryDir returns a new folder in memory where the system has such a place,
// and else on disk. It is for tests that make thousands of small files and
// test nothing of the disk, on which making them takes most of the time. There
// may be little room, and programs may not be allowed to run from there.
func MemoryDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "popfetch-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				os.Chmod(path, 0o700) // a test may have made it read-only
			}
			return nil
		})
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
