package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Exposed reports whether others than the owner may read or write a file.
// Windows has no such bits, so there nothing is.
func Exposed(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// ExposedAt reports whether a file that holds a secret is readable or writable
// by others who aren't meant to.
func ExposedAt(path string, info fs.FileInfo) bool {
	return Exposed(info) && !isCredential(path) && !isMounted(path, info)
}

// fromFile takes the first line of a file that nobody else can read.
func fromFile(path string) (Secret, error) {
	source := "password_file " + path
	if err := examineFile(source, path); err != nil {
		return Secret{}, err
	}
	output, err := readBounded(path)
	if err != nil {
		return Secret{}, &Error{source, cause(err), ""}
	}
	password, err := FirstLine("password", output)
	if err != nil {
		return Secret{}, &Error{source, err, WayOf(err, "its first line must be the password")}
	}
	return password, nil
}

// examineFile finds out whether a password may be read from a file, without
// reading it.
func examineFile(source, path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return &Error{source, cause(err), ""}
	case !info.Mode().IsRegular():
		// A pipe could keep us waiting for ever; a command ends with its context.
		return &Error{source, errors.New("not a regular file"), "use password_command to read from anything else"}
	case ExposedAt(path, info):
		err := fmt.Errorf("others can read it (mode %#o)", info.Mode().Perm())
		return &Error{source, err, "chmod 600 " + path}
	}
	return nil
}

// readBounded reads the beginning of a file. A longer file is fine as long as
// its first line isn't.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	output, err := io.ReadAll(io.LimitReader(file, maxOutput))
	if err == nil && len(output) == maxOutput && !bytes.ContainsRune(output, '\n') {
		return nil, errTooMuch
	}
	return output, err
}

// isCredential reports whether systemd keeps the file for this service: it
// makes such files readable by a group, in a folder that nobody else can enter.
func isCredential(path string) bool {
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	if folder == "" {
		return false
	}
	inside, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(inside)
}

// cause takes the path off an error, because the source already names it.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
