package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"popfetch/config/secret"
)

// maxFile bounds a configuration file: tens of thousands of accounts.
const maxFile = 4 << 20

// Load reads a configuration file. What is wrong in it comes all at once, as
// an *Error. A file that isn't there gives an error that wraps fs.ErrNotExist.
func Load(path string) (*Config, error) {
	data, info, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	d := &decoder{path: path, folder: filepath.Dir(absolute)}
	accounts := d.document(data, secret.ExposedAt(absolute, info))
	if len(d.problems) > 0 {
		return nil, &Error{path, d.problems}
	}
	return &Config{path, accounts}, nil
}

// readFile reads a file of a reasonable size. Size and mode are those of the
// file that was read, even if another takes its name meanwhile.
func readFile(path string) ([]byte, fs.FileInfo, error) {
	if isForgotten(path) {
		return nil, nil, &fs.PathError{Op: "open", Path: path, Err: errPipe}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = tooLong(path)
	}
	return data, info, err
}

func tooLong(path string) error { return fmt.Errorf("%s: more than %d MB", path, maxFile>>20) }

var errPipe = errors.New("it is a named pipe, which might never be written to")

// isForgotten reports whether a file is a named pipe, at which even to open it
// would wait for a writer. Those that a shell hands over have one.
func isForgotten(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0 && !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/")
}
