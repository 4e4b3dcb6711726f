//go:build unix

package command_test

import "syscall"

// leaveTerminal gives the process a session of its own, and so no terminal. It
// fails where the story gave it a session with one, which then stays.
func leaveTerminal() { _, _ = syscall.Setsid() }
