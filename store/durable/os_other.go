//go:build !windows

package durable

import "os"

func syncDir(f *os.File) error { return f.Sync() }

func truncate(f *os.File, size int64) error { return f.Truncate(size) }
