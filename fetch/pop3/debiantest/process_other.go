//go:build !linux

package debiantest

import (
	"errors"
	"syscall"
)

// supported tells that no instance is ever started on this system.
const supported = false

func processAttributes(string) *syscall.SysProcAttr { return nil }
func killGroup(int) error                           { return errors.ErrUnsupported }
