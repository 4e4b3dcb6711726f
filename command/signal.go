package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Signal is the cause of a context that ended because of a signal.
type Signal syscall.Signal

func (s Signal) Error() string {
	if name, ok := signalNames[syscall.Signal(s)]; ok {
		return "stopped by " + name
	}
	return "stopped by " + syscall.Signal(s).String()
}

// signalNames are the names of the signals that end the program in order.
var signalNames = map[syscall.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM"}

// WithSignals returns a context for Main that ends at the first SIGINT or
// SIGTERM. Another one ends the process at once: who asks twice doesn't want to
// wait for an orderly end. But timeout(1) sends its signal to us and then to our
// process group, so that the same one at the same time counts once. SIGPIPE is
// ignored: each command decides what it means that its reader has gone.
func WithSignals(ctx context.Context) context.Context {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first := <-signals
		at := time.Now()
		cancel(asCause(first))
		for s := range signals {
			if s != first || time.Since(at) > echo {
				os.Exit(ExitCode(asCause(s)))
			}
		}
	}()
	return ctx
}

// echo is how long a signal may come again without meaning more.
const echo = 500 * time.Millisecond

// asCause tells of a signal that it was the reason.
func asCause(s os.Signal) Signal { return Signal(s.(syscall.Signal)) }
