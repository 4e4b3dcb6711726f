package debiantest

import "syscall"

// supported tells that this system can shut a program in a root and tie it to the life of its test.
const supported = true

// processAttributes shuts a program in its root, puts it into a process group of its own, and ends
// it when the test binary dies.
func processAttributes(root string) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Chroot: root, Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills every process of the group.
func killGroup(group int) error { return syscall.Kill(-group, syscall.SIGKILL) }
