package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestNoTerminal(t *testing.T) {
	defer func(before func() (in, out *os.File, err error)) { terminal = before }(terminal)
	terminal = func() (in, out *os.File, err error) { return nil, nil, os.ErrNotExist }
	if _, err := AskSecret(t.Context(), "Password: "); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("no terminal: %v", err)
	}
	if _, err := AskLine(t.Context(), "Name: "); !errors.Is(err, ErrNoTerminal) || HasTerminal() {
		t.Errorf("no terminal: %v", err)
	}
	terminal = func() (in, out *os.File, err error) {
		file, err := os.Create(filepath.Join(t.TempDir(), "tty"))
		return file, file, err
	}
	if _, err := AskSecret(t.Context(), "Password: "); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("a file for a terminal: %v", err)
	}
}

func TestOneQuestionAtATime(t *testing.T) {
	turn <- struct{}{}
	defer func() { <-turn }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := AskSecret(ctx, "Password: "); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
