package command

import (
	"context"
	"errors"
	"syscall"
	"testing"
)

func TestAwait(t *testing.T) {
	want := errors.New("closed")
	got, err := await(t.Context(), func() (string, error) { return "yes", want })
	if got != "yes" || !errors.Is(err, want) {
		t.Errorf("got %q, %v", got, err)
	}

	// Ctrl-C while nobody answers.
	ctx, cancel := context.WithCancelCause(t.Context())
	forever := make(chan struct{})
	defer close(forever)
	got, err = await(ctx, func() (string, error) {
		cancel(Signal(syscall.SIGINT))
		<-forever
		return "too late", nil
	})
	if got != "" || ExitCode(err) != 130 {
		t.Errorf("got %q, %v", got, err)
	}
}
