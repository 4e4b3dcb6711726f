package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// A Prompt asks a person a question whose answer is secret. It returns an
// error that wraps ErrNoTerminal when there is nobody to ask.
type Prompt func(ctx context.Context, question string) (Secret, error)

// askNobody is the Prompt of a program that may not ask.
func askNobody(context.Context, string) (Secret, error) { return Secret{}, ErrNoTerminal }

// terminal opens the terminal for reading and for writing. Overridden by tests.
var terminal = openTerminal

// turn lets one question stand on the terminal at a time.
var turn = make(chan struct{}, 1)

// AskSecret is the Prompt that asks on the terminal itself, not on stdin and
// stdout, which may be pipes. The answer isn't echoed. When ctx ends, as with
// Ctrl-C, the terminal is left as it was found.
func AskSecret(ctx context.Context, question string) (Secret, error) {
	text, err := askOnce(ctx, question, unseen)
	if errors.Is(err, io.EOF) {
		return Secret{}, ErrNoAnswer
	}
	if err != nil {
		return Secret{}, err
	}
	return Parse(text)
}

// A reader reads one line of the terminal.
type reader struct {
	read   func(in *os.File) ([]byte, error)
	echoes bool // the person's Return, too
}

// unseen reads what nobody else shall see.
var unseen = reader{read: readUnseen}

// askOnce asks one question.
func askOnce(ctx context.Context, question string, r reader) (string, error) {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	in, out, err := terminal()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	defer out.Close() //nolint:errcheck // nothing to be done about a terminal
	return askOnTerminal(ctx, in, out, question, r)
}

// answer is what the person typed.
type answer struct {
	text []byte
	err  error
}

// askOnTerminal puts the question and waits for the answer or for the context's end. A
// read of a terminal can't be interrupted, so on cancellation its goroutine
// stays until the next line or the end of the program, and closes in only then.
func askOnTerminal(ctx context.Context, in, out *os.File, question string, r reader) (string, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", errors.Join(fmt.Errorf("%w: %w", ErrNoTerminal, err), in.Close())
	}
	if _, err := fmt.Fprint(out, question); err != nil {
		return "", errors.Join(fmt.Errorf("%w: %w", ErrNoTerminal, err), in.Close())
	}
	answers := make(chan answer, 1)
	go func() {
		defer in.Close() //nolint:errcheck // nothing to be done about a terminal
		text, err := r.read(in)
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if !r.echoes || a.err != nil {
			_, _ = fmt.Fprintln(out) // nothing to be done about a terminal
		}
		return string(a.text), a.err
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out)
		restoreEcho(in, before)
		return "", ctx.Err()
	}
}

// restoreEcho brings back the echo. It goes through the file's own lock, because
// the goroutine that reads may be closing it.
func restoreEcho(in *os.File, before *term.State) {
	if raw, err := in.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = term.Restore(int(fd), before) })
	}
}
