//go:build !linux

package dovecottest

import "syscall"

// supported tells that no instance is ever started on this system.
const supported = false

func processAttributes(account) *syscall.SysProcAttr { return nil }
func killGroup(int)                                  {}
func isGroupAlive(int) bool                          { return false }
