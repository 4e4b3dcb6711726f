//go:build unix

package browser

import "syscall"

// apart gives a program a session of its own.
var apart = &syscall.SysProcAttr{Setsid: true}
