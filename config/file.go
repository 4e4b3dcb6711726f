package config

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"popfetch/config/secret"
	"popfetch/store/trusted"
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
	accounts := d.readDocument(data, secret.IsExposedAt(absolute, info))
	if len(d.problems) > 0 {
		return nil, &Error{path, d.problems}
	}
	return &Config{path, accounts}, nil
}

// readFile reads a file of a reasonable size. Size and mode are those of the
// file that was read, even if another takes its name meanwhile.
func readFile(path string) ([]byte, fs.FileInfo, error) {
	file, err := trusted.Open(path, trusted.Obey)
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
