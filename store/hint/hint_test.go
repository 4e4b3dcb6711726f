package hint

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestErrorf(t *testing.T) {
	err := Errorf("try again", "read %d bytes: %w", 5, io.ErrUnexpectedEOF)
	if err.Error() != "read 5 bytes: unexpected EOF" || !errors.Is(err, io.ErrUnexpectedEOF) || Of(err) != "try again" {
		t.Errorf("%v, %q", err, Of(err))
	}
	silent := &Error{Text: "there is no such command", Err: io.EOF}
	if silent.Error() != "there is no such command" || !errors.Is(silent, io.EOF) {
		t.Error(silent)
	}
}

// TestOf takes the outermost way out that there is.
func TestOf(t *testing.T) {
	inner := Errorf("inner", "x")
	for want, err := range map[string]error{
		"":      io.EOF,
		"inner": fmt.Errorf("y: %w", Errorf("", "z: %w", inner)),
		"outer": Errorf("outer", "z: %w", inner),
	} {
		if got := Of(err); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
	if Of(nil) != "" {
		t.Error("no error has a way out")
	}
}

func TestTemporary(t *testing.T) {
	err := fmt.Errorf("x: %w", Temporary(Errorf("wait", "y: %w", io.EOF)))
	passing, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	if !ok || !passing.Temporary() || Of(err) != "wait" || !errors.Is(err, io.EOF) || err.Error() != "x: y: EOF" {
		t.Errorf("%v", err)
	}
}
