package secret

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"
)

// A Prompt asks a person a question whose answer is secret. It returns an
// error that wraps ErrNoTerminal when there is nobody to ask.
type Prompt func(ctx context.Context, question string) (Secret, error)

// nobody is the Prompt of a program that may not ask.
func nobody(context.Context, string) (Secret, error) { return Secret{}, ErrNoTerminal }

// terminal opens the terminal for reading and for writing. Overridden by tests.
var terminal = openTerminal

// turn lets one question stand on the terminal at a time.
var turn = make(chan struct{}, 1)

// Terminal is the Prompt that asks on the terminal itself, not on stdin and
// stdout, which may be pipes. The answer isn't echoed. When ctx ends, as with
// Ctrl-C, the terminal is left as it was found.
func Terminal(ctx context.Context, question string) (Secret, error) {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return Secret{}, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return Secret{}, err
	}
	in, out, err := terminal()
	if err != nil {
		return Secret{}, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	defer out.Close() //nolint:errcheck // nothing to be done about a terminal
	return ask(ctx, in, out, question)
}

// answer is what the person typed.
type answer struct {
	text []byte
	err  error
}

// ask puts the question and waits for the answer or for the context's end. A
// read of a terminal can't be interrupted, so on cancellation its goroutine
// stays until the next line or the end of the program, and closes in only then.
func ask(ctx context.Context, in, out *os.File, question string) (Secret, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return Secret{}, errors.Join(fmt.Errorf("%w: %w", ErrNoTerminal, err), in.Close())
	}
	if _, err := fmt.Fprint(out, question); err != nil {
		return Secret{}, errors.Join(fmt.Errorf("%w: %w", ErrNoTerminal, err), in.Close())
	}
	answers := make(chan answer, 1)
	go func() {
		defer in.Close() //nolint:errcheck // nothing to be done about a terminal
		text, err := term.ReadPassword(int(in.Fd()))
		answers <- answer{text, err}
	}()
	// The person's Return isn't echoed either.
	defer fmt.Fprintln(out) //nolint:errcheck // nothing to be done about a terminal
	select {
	case a := <-answers:
		if a.err != nil {
			return Secret{}, a.err
		}
		return Parse(string(a.text))
	case <-ctx.Done():
		restore(in, before)
		return Secret{}, ctx.Err()
	}
}

// restore brings back the echo. It goes through the file's own lock, because
// the goroutine that reads may be closing it.
func restore(in *os.File, before *term.State) {
	if raw, err := in.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = term.Restore(int(fd), before) })
	}
}
