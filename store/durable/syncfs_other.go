//go:build !linux

package durable

import (
	"errors"
	"os"
)

// openFS returns nil: there is no sync of one whole file system.
func openFS(*os.Root) *os.File { return nil }

func syncFS(*os.File) error { return errors.ErrUnsupported }
