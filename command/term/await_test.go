package term

import (
	"context"
	"errors"
	"testing"
)

func TestAwait(t *testing.T) {
	want := errors.New("closed")
	got, err := Await(t.Context(), func() (string, error) { return "yes", want })
	if got != "yes" || !errors.Is(err, want) {
		t.Errorf("got %q, %v", got, err)
	}

	// Ctrl-C while nobody answers.
	stopped := errors.New("stopped by SIGINT")
	ctx, cancel := context.WithCancelCause(t.Context())
	forever := make(chan struct{})
	defer close(forever)
	got, err = Await(ctx, func() (string, error) {
		cancel(stopped)
		<-forever
		return "too late", nil
	})
	if got != "" || !errors.Is(err, stopped) {
		t.Errorf("got %q, %v", got, err)
	}
}
