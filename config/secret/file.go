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

	"popfetch/store/trusted"
)

// IsExposed reports whether others than the owner may read or write a file.
// Windows has no such bits, so there nothing is.
func IsExposed(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// IsExposedAt reports whether a file that holds a secret is readable or writable
// by others who aren't meant to.
func IsExposedAt(path string, info fs.FileInfo) bool {
	return IsExposed(info) && !isCredential(path) && !isMounted(path, info)
}

// fromFile takes the first line of a file that nobody else can read.
func fromFile(path string) (Secret, error) {
	source := "password_file " + path
	file, err := OpenPrivate(source, path)
	if errors.Is(err, trusted.ErrNotRegular) {
		// A pipe could keep us waiting for ever; a command ends with its context.
		return Secret{}, &Error{source, trusted.ErrNotRegular, "use password_command to read from anything else"}
	}
	if err != nil {
		return Secret{}, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	output, err := readBounded(file)
	if err != nil {
		return Secret{}, &Error{source, withoutPath(err), ""}
	}
	password, err := FirstLine("password", output)
	if err != nil {
		return Secret{}, &Error{source, err, WayOf(err, "its first line must be the password")}
	}
	return password, nil
}

// OpenPrivate opens a file that holds a password or a key, which nobody else can read.
// The source is what errors call it.
func OpenPrivate(source, path string) (*os.File, error) {
	file, err := trusted.Open(path, trusted.Obey)
	if err == nil {
		err = mustBeKept(path, file)
	}
	if err == nil {
		return file, nil
	}
	if file != nil {
		_ = file.Close() // nothing was written
	}
	return nil, &Error{source, withoutPath(err), wayOut(path, err)}
}

// An exposedError says that others can read a file that they aren't meant to.
type exposedError struct{ mode fs.FileMode }

func (e *exposedError) Error() string { return fmt.Sprintf("others can read it (mode %#o)", e.mode) }

func mustBeKept(path string, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return trusted.ErrNotRegular
	}
	if IsExposedAt(path, info) {
		return &exposedError{info.Mode().Perm()}
	}
	return nil
}

func wayOut(path string, err error) string {
	foreign, isForeign := errors.AsType[*trusted.Error](err)
	_, isExposed := errors.AsType[*exposedError](err)
	switch {
	case isForeign:
		return foreign.Hint()
	case isExposed:
		return "chmod 600 " + path
	default:
		return ""
	}
}

// readBounded reads the beginning of a file. A longer file is fine as long as
// its first line isn't.
func readBounded(file io.Reader) ([]byte, error) {
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

// withoutPath takes the path off an error, because the source already names it.
func withoutPath(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
