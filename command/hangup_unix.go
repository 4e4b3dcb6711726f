//go:build unix

package command

import (
	"os"
	"os/signal"
	"syscall"

	"popfetch/config/secret"
)

// hangups returns the SIGHUPs that ask a service to read its configuration
// again. Where a terminal controls the program, its end is what they tell of,
// and after nohup they mean nothing; both stays as it is.
func hangups() (<-chan os.Signal, func()) {
	if signal.Ignored(syscall.SIGHUP) || secret.HasTerminal() {
		return nil, func() {}
	}
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGHUP)
	return got, func() { signal.Stop(got) }
}
