//go:build unix

package watch

import (
	"os"
	"os/signal"
	"syscall"
)

// notifyHangups returns the SIGHUPs that ask a service to read its configuration
// again. Where a terminal controls the program, its end is what they tell of,
// and after nohup they mean nothing; both stays as it is.
func notifyHangups(hasTerminal bool) (<-chan os.Signal, func()) {
	if signal.Ignored(syscall.SIGHUP) || hasTerminal {
		return nil, func() {}
	}
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGHUP)
	return got, func() { signal.Stop(got) }
}
