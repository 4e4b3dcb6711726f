// Popfetch fetches mail from POP3 servers, every message exactly once.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"popfetch/command"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first := (<-signals).(syscall.Signal)
		cancel(command.Signal(first))
		// Who asks twice doesn't want to wait for an orderly end.
		second := (<-signals).(syscall.Signal)
		os.Exit(command.ExitCode(command.Signal(second)))
	}()
	os.Exit(command.Main(ctx, os.Args))
}
