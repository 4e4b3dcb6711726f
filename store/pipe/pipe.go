package pipe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/handover"
	"popfetch/store/hint"
	"popfetch/store/shell"
)

// Kind begins the places of this mailbox, and of a server's; see store.MakePlace.
const Kind = handover.Kind

// Options are what Open can do without. Nil is the same as the zero value.
type Options struct {
	// Variables are those that the command gets beside our own, NAME=VALUE each.
	Variables []string

	// Timeout is how long the command may take for a message, five minutes
	// where it is zero; then it is killed, with its children.
	Timeout time.Duration

	// Grace is how long it may go on when the run is told to stop, ten seconds
	// where it is zero.
	Grace time.Duration
}

const (
	defaultTimeout = 5 * time.Minute
	defaultGrace   = 10 * time.Second
)

// Open returns the mailbox that the shell command is, for the ledger with the
// given identity. When ctx ends, the run has to stop. The spools, whose names
// begin with spoolName, are kept in the state folder, which remains the
// caller's.
func Open(ctx context.Context, text string, state *durable.Dir, spoolName, id string, opts *Options) store.Mailbox {
	if opts == nil {
		opts = &Options{}
	}
	c := &command{text: text, variables: opts.Variables, timeout: cmp.Or(opts.Timeout, defaultTimeout)}
	return handover.Open(ctx, c, handover.Settings{
		Name: Name(text), State: state, Spool: spoolName, ID: id, Grace: cmp.Or(opts.Grace, defaultGrace),
	})
}

// Check finds out whether the program is there that a command begins with, as
// far as that can be told.
func Check(text string) error {
	if shell.MissingProgram(text) == "" {
		return nil
	}
	return &store.Error{Op: "run " + Name(text), Err: missingCommand(shell.NotFound, "")}
}

// Name names a command for a person. All but its first word may hold a secret,
// and so may that if it sets a variable.
func Name(text string) string {
	word, rest := firstWord(text)
	if word == "exec" {
		word, _ = firstWord(rest)
	}
	if word == "" || strings.Contains(word, "=") {
		return "pipe"
	}
	return "pipe " + word
}

func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if end := strings.IndexAny(text, " \t\r\n"); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// A command is the handover.Receiver.
type command struct {
	text      string
	variables []string
	timeout   time.Duration
}

// Prepare implements handover.Receiver. Only to run a command tells whether it
// can be run.
func (c *command) Prepare(context.Context) error { return nil }

// Close implements handover.Receiver.
func (c *command) Close() error { return nil }

// ReceiveMessage implements handover.Receiver.
func (c *command) ReceiveMessage(ctx context.Context, message *os.File) error {
	result, err := shell.Command{Text: c.text, Time: c.timeout, Input: message, Variables: c.variables}.Run(ctx)
	ended, hasEnded := errors.AsType[*exec.ExitError](err)
	_, isSlow := errors.AsType[*shell.SlowError](err)
	complaint := result.Complaint.LastLine()
	switch {
	case err == nil:
		return nil // whatever it left behind
	case ctx.Err() != nil:
		return ctx.Err()
	case isSlow:
		return &store.Refused{Err: hint.Temporary(fmt.Errorf("deliver to %s: it came to no end in %v, and was killed", Name(c.text), c.timeout))}
	case !hasEnded: // there is no shell, or no room for a process
		return &store.Refused{Err: c.storeError(err)}
	case shell.IsMissing(ended.ExitCode()) && Check(c.text) != nil:
		return &store.Refused{Err: c.storeError(missingCommand(ended.ExitCode(), complaint))}
	default:
		return &store.Refused{Err: notTaken(Name(c.text), ended, complaint)}
	}
}

func (c *command) storeError(err error) error {
	return &store.Error{Op: "run " + Name(c.text), Err: err}
}
