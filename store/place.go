package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"popfetch/store/hint"
)

// A place is text that begins with the word for its kind of mailbox, so that
// a mailbox recognises what isn't its own: a person may change the
// configuration between the crash and the repair.

// MakePlace returns a place of this kind of mailbox. Every field but the last
// must be free of blanks.
func MakePlace(kind string, fields ...string) string {
	return kind + " " + strings.Join(fields, " ")
}

// SplitPlace takes a place apart into n fields. It is a *PlaceError if the
// place isn't of this kind of mailbox.
func SplitPlace(place, kind string, n int) ([]string, error) {
	fields := strings.SplitN(place, " ", n+1)
	if len(fields) != n+1 || fields[0] != kind {
		return nil, &PlaceError{Place: place, Kind: kind}
	}
	return fields[1:], nil
}

// PlaceKind returns the word for the kind of mailbox that a place begins with.
func PlaceKind(place string) string {
	kind, _, _ := strings.Cut(place, " ")
	return kind
}

// FormerError says why the messages can't be finished that a run which died was
// delivering, to the mailbox that the configuration named then, such as "maildir
// /home/me/Mail". The cause may know the way out better.
func FormerError(mailbox string, err error) error {
	const finish = "let popfetch write there for one run, which finishes the delivery; " +
		"if it is gone for good, popfetch mark --unseen ACCOUNT UID has a message fetched again"
	return hint.Errorf(cmp.Or(hint.Of(err), finish), "an earlier run was stopped while it delivered to %s: %w", mailbox, err)
}

// IsGone reports whether an error, of looking for a former mailbox, says that
// there is none any more.
func IsGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// A PlaceError says that a message was staged in another kind of mailbox than
// the one that was asked to repair it.
type PlaceError struct{ Place, Kind string }

func (e *PlaceError) Error() string {
	return fmt.Sprintf("an earlier run was stopped while it delivered to %q, which is no %s", e.Place, e.Kind)
}

// Hint tells the way out.
func (e *PlaceError) Hint() string {
	return "put the former mailbox back into the configuration for one run, which finishes the delivery"
}
