package handover

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
)

// A Receiver is the other program. What it returns is a *store.Error where no
// message can be handed over.
type Receiver interface {
	// Prepare makes sure that the receiver is there and takes messages, as far
	// as that can be told without one.
	Prepare(ctx context.Context) error

	// ReceiveMessage hands over the message, and returns when the receiver has it. The
	// error is a *store.Refused if it doesn't have it for sure.
	ReceiveMessage(ctx context.Context, message *os.File) error

	// Close parts from the receiver.
	Close() error
}

// Settings are what a Mailbox needs beside its receiver.
type Settings struct {
	Name  string // of the mailbox, for a person, as in "pipe procmail"
	State *durable.Dir
	Spool string // what the names of the spools begin with
	ID    string // of the ledger
	Grace time.Duration
}

// Mailbox is a store.Mailbox.
type Mailbox struct {
	Settings
	to     Receiver
	copier store.Copier
	later  int // refusals in a row that will pass

	stop    context.Context // ends when the run is told to stop
	life    context.Context // ends when what is under way then has to end
	end     context.CancelFunc
	unwatch func() bool
}

// Kind begins every place; see store.MakePlace. All receivers have the same,
// as there is nothing to be finished that one of them would have to know.
const Kind = "handover"

// Open returns a mailbox for the receiver, which is closed with it. When ctx
// ends, no message is handed over any more, and the one that is under way has
// the grace of the settings to come to its end.
func Open(ctx context.Context, to Receiver, s Settings) *Mailbox {
	s.Spool += "." + s.ID + "."
	m := &Mailbox{Settings: s, to: to, stop: ctx}
	m.life, m.end = context.WithCancel(context.WithoutCancel(ctx))
	m.unwatch = context.AfterFunc(ctx, func() { time.AfterFunc(s.Grace, m.end) })
	return m
}

func (m *Mailbox) storeError(op string, err error) error {
	return &store.Error{Op: op + " " + m.Name, Err: err}
}

// Begin implements store.Mailbox.
func (m *Mailbox) Begin() (store.Batch, error) { return &batch{m: m}, nil }

// Promise implements store.Mailbox.
func (m *Mailbox) Promise() store.Promise { return store.AtLeastOnce }

// Repair implements store.Mailbox. What was staged is in doubt. Spools of
// earlier runs are removed, under whatever name the account had then.
func (m *Mailbox) Repair(staged []store.Staged) ([]bool, error) {
	for _, s := range staged {
		if _, err := store.SplitPlace(s.Place, Kind, 1); err != nil {
			return nil, m.storeError("repair", err)
		}
	}
	names, err := m.State.Names(".")
	if err != nil {
		return nil, m.storeError("look for spools of", err)
	}
	for _, name := range names {
		if !strings.Contains(name, "."+m.ID+".") {
			continue
		}
		if err := m.State.Remove(name); err != nil {
			return nil, m.storeError("clean up after", err)
		}
	}
	return make([]bool, len(staged)), nil
}

// Close implements store.Mailbox.
func (m *Mailbox) Close() error {
	m.unwatch()
	defer m.end()
	return m.to.Close()
}

// stopCause is why the run was told to stop, or nil.
func (m *Mailbox) stopCause() error {
	if m.stop.Err() == nil {
		return nil
	}
	return context.Cause(m.stop)
}

// maxLater is how many messages in a row the receiver may put off. After that
// it is the receiver that is unwell, and there is no use in fetching more.
const maxLater = 5

// handOver gives the receiver a message.
func (m *Mailbox) handOver(message *os.File) error {
	err := m.to.ReceiveMessage(m.life, message)
	refused, ok := errors.AsType[*store.Refused](err)
	switch {
	case !ok || !isTemporary(refused):
		m.later = 0
		return err
	case errors.As(refused, new(*store.Error)):
		return err
	}
	if m.later++; m.later < maxLater {
		return err
	}
	op := fmt.Sprintf("give up after %d messages in a row", maxLater)
	return &store.Refused{Err: &store.Error{Op: op, Err: refused.Err}}
}

func isTemporary(err error) bool {
	e, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && e.Temporary()
}
