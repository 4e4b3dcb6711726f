package mbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// resolve returns the path of the file that path leads to, whether it exists
// yet or not. Anything but a regular file is refused: a message written to a
// device or a FIFO lies nowhere.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		return path, mustBeRegular(info)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("it is a symbolic link that leads nowhere: %w", err)
	}
	if info, err = os.Stat(real); err != nil {
		return "", err
	}
	return real, mustBeRegular(info)
}

func mustBeRegular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errors.New("it is a folder, and an mbox is a file")
	default:
		return fmt.Errorf("it is not a regular file (%v)", mode.Type())
	}
}
