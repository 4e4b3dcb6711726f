package trusted

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

const noFollow = 0

// Resolve returns the path without symbolic links, of what may not be there yet.
func Resolve(path string, _ Rule) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	return real, err
}

// Check trusts every file.
func Check(*os.File, Rule) error { return nil }

// CheckPrivate trusts every folder.
func CheckPrivate(*os.File, Rule) error { return nil }

// CheckAdded trusts every file.
func CheckAdded(*os.File, Rule) error { return nil }

// IsShown knows of no groups.
func IsShown(fs.FileInfo) bool { return false }

func isHandedOver(string) bool { return false }
