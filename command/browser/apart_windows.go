package browser

import "syscall"

// apart gives a program a process group of its own.
var apart = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
