package durable

import "os"

// NTFS logs its metadata, and Windows has no sync for a folder.
func syncDir(*os.File) error { return nil }

// A file opened for appending may be written to and not be cut on Windows.
func truncate(f *os.File, size int64) error { return os.Truncate(f.Name(), size) }
