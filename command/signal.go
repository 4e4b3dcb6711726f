package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Signal is the cause of a context that ended because of a signal.
type Signal syscall.Signal

func (s Signal) Error() string { return "stopped by " + syscall.Signal(s).String() }

// WithSignals returns a context for Main that ends at the first SIGINT or
// SIGTERM. The second ends the process at once: who asks twice doesn't want to
// wait for an orderly end. A reader of the output that goes away doesn't end
// anything: what is fetched goes to the mailbox.
func WithSignals(ctx context.Context) context.Context {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		cancel(asCause(<-signals))
		os.Exit(ExitCode(asCause(<-signals)))
	}()
	return ctx
}

// asCause tells of a signal that it was the reason.
func asCause(s os.Signal) Signal { return Signal(s.(syscall.Signal)) }
