package trusted

import (
	"errors"
	"io/fs"
	"os"
)

// A Rule says what a file is used for, and with that whose it may be.
type Rule int

const (
	// Obey is for what tells the program what to do, and what it knows: the
	// configuration, a password. It is ours or root's.
	Obey Rule = iota

	// Keep is for where mail and state are kept. To root, that may also be a
	// folder of a system account; in one of a person, that person's links would
	// lead root's hand.
	Keep
)

// ErrNotRegular says that something is no file that ends.
var ErrNotRegular = errors.New("not a regular file")

// Open opens a file for reading. What the system hands over by a descriptor, such
// as /dev/stdin, is opened whatever it is; else it is an error if it is no regular
// file: to open a FIFO could wait for ever. The error is an *Error if the file
// isn't trusted.
func Open(path string, rule Rule) (*os.File, error) { return openTrusted(path, os.O_RDONLY, rule) }

// OpenWritable is Open for a file that is to be read and written.
func OpenWritable(path string, rule Rule) (*os.File, error) {
	return openTrusted(path, os.O_RDWR, rule)
}

func openTrusted(path string, flag int, rule Rule) (*os.File, error) {
	real, err := Resolve(path, rule)
	if err != nil {
		return nil, err
	}
	if isHandedOver(real) {
		return os.OpenFile(path, flag, 0)
	}
	f, err := os.OpenFile(real, flag|noFollow, 0)
	if err != nil {
		return nil, err
	}
	if err := checkOpen(f, rule); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func checkOpen(f *os.File, rule Rule) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: f.Name(), Err: ErrNotRegular}
	}
	return Check(f, rule)
}
