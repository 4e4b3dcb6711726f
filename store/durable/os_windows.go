package durable

import "os"

// NTFS logs its metadata, and Windows has no sync for a folder.
func syncDir(*os.File) error { return nil }

// A file opened for appending may be written to and not be cut on Windows.
func truncateFile(f *os.File, size int64) error { return os.Truncate(f.Name(), size) }

func (d *Dir) openFile(name string, flag int) (*os.File, error) {
	return d.root.OpenFile(name, flag, 0o600)
}

func (d *Dir) moveTo(from string, to *Dir, name string) error {
	return os.Rename(d.Path(from), to.Path(name))
}
