//go:build !unix

package command_test

// leaveTerminal does nothing where processes don't inherit terminals.
func leaveTerminal() {}
