package store

import (
	"io"
	"time"
)

// A Mailbox is the local destination of one account, used under the lock of
// the account's ledger. Two goroutines may use it at once: one that begins
// batches and appends to them, and one that stages and publishes those that
// are filled, one after the other. All else is for one at a time.
//
// On a Maildir the contract reads: Append writes a file in tmp, Stage syncs
// the files and tmp, Publish renames them into new and syncs new, Discard
// removes them from tmp, and Repair publishes what is still in tmp.
type Mailbox interface {
	// Begin starts an empty batch.
	Begin() (Batch, error)

	// Repair settles what an earlier run staged and did not live to call kept,
	// and clears away what it had not even staged. It returns, in the order of
	// staged, whether each message now lies in the mailbox; one that doesn't
	// has to be fetched again. The ledger must be durable when it is called.
	Repair(staged []Staged) (kept []bool, err error)

	// Promise tells what is made of messages by runs that die.
	Promise() Promise

	// Close frees what the mailbox holds open. It publishes nothing.
	Close() error
}

// A Promise is how often a message that is on the server once lies in the
// mailbox at last, at whatever instant runs die.
type Promise int

const (
	// ExactlyOnce is for a mailbox that Repair can look into.
	ExactlyOnce Promise = iota

	// AtLeastOnce is for another program, which nobody can ask afterwards what
	// it has. Publish gives it the message. A batch takes one message, and it is
	// to be recorded as kept before the next is published, so that a run that
	// dies leaves one in doubt at most. Repair calls that one not kept.
	AtLeastOnce
)

// A Batch is a number of messages that become durable together. Its methods
// are called in the order Append…, Stage, Publish; Discard ends it instead, at
// any time before the places may have reached the ledger.
type Batch interface {
	// Append copies one message, as the server sent it with CRLF line ends,
	// up to the end of r, and returns the number of bytes that will be stored
	// for it. After an error the batch is as it was before: an error of r is
	// returned unwrapped, one of the mailbox is an *Error. After the latter
	// nothing more may be appended, but what is there can still be staged, so
	// that a message too big for the disk doesn't take others with it.
	Append(r io.Reader) (size int64, err error)

	// Stage makes the messages durable and returns one place for each, in the
	// order of Append.
	Stage() (places []string, err error)

	// Publish makes the messages visible, durably. After a *Refused none is.
	// After any other error some may be visible; Repair finds out which.
	Publish() error

	// Discard takes back all that Append and Stage did. It must not be called
	// once the places may be in the ledger: what is recorded as staged and
	// lies nowhere counts as published.
	Discard() error
}

// Staged is a message that the ledger calls staged and not kept.
type Staged struct {
	Place string    // as Stage returned it
	Time  time.Time // when it was staged
}

// A Refused says that the messages of a batch are not in the mailbox for sure,
// as those who should take them don't. If Err is an *Error, they would take no
// other message either; else it is about these messages, and the mailbox is
// ready for the next.
type Refused struct{ Err error }

func (e *Refused) Error() string { return e.Err.Error() }

func (e *Refused) Unwrap() error { return e.Err }

// An Error is a fault of the local side: the mailbox or the ledger. The
// message stays on the server.
type Error struct {
	Op  string // what was done to which thing, as in "write to maildir ~/Mail"
	Err error
}

func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }
