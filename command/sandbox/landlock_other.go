//go:build !linux

package sandbox

// ABI returns 0: this system has no Landlock.
func ABI() int { return 0 }

// Enter does nothing: this system has no Landlock.
func Enter(Rights) error { return nil }
