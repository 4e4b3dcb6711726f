package durable

import (
	"io"
	"os"
)

// A File is an open file whose changes are crash points.
type File struct {
	f    *os.File
	path string
}

// Path returns the path of the file, for messages.
func (f *File) Path() string { return f.path }

// OS returns the file itself, for reading, locking and asking its size. Its
// content is changed through File only.
func (f *File) OS() *os.File { return f.f }

// Write implements io.Writer.
func (f *File) Write(p []byte) (n int, err error) {
	err = runOp(Op{Kind: Write, Path: f.path}, func() error {
		n, err = f.f.Write(p)
		return err
	})
	return n, err
}

// Truncate cuts the file to size bytes.
func (f *File) Truncate(size int64) error {
	return runOp(Op{Kind: Truncate, Path: f.path, Size: size}, func() error { return truncateFile(f.f, size) })
}

// Sync makes the content of the file durable. The entry in its folder is
// another matter: see Dir.Sync.
func (f *File) Sync() error {
	return runOp(Op{Kind: SyncFile, Path: f.path}, f.f.Sync)
}

// Size returns the present size of the file in bytes.
func (f *File) Size() (int64, error) {
	info, err := f.f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(p []byte, off int64) (int, error) { return f.f.ReadAt(p, off) }

// Close closes the file and makes nothing durable.
func (f *File) Close() error { return f.f.Close() }

var _ io.ReaderAt = (*File)(nil)
