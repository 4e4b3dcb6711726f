//go:build !linux

package durable

import (
	"errors"
	"os"
)

const hasSyncFS = false

func syncFS(*os.Root, string) error { return errors.ErrUnsupported }
