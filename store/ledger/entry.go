package ledger

import (
	"math"
	"time"
)

// An Entry is what is known of one message.
type Entry struct {
	Fingerprint Fingerprint
	Size        int64 // in bytes, as stored; 0 where it isn't known
	Told        int64 // in bytes, as the server counts them; 0 where it isn't known
	since       int64 // Unix seconds
	gone        int64 // Unix seconds, 0 while the server lists it
	state       state
	owed        bool
}

type state uint8

const (
	failed state = iota + 1
	staged
	marked
	kept
)

// Kept reports whether the message lies in the mailbox.
func (e Entry) Kept() bool { return e.state == kept }

// Marked reports whether the message counts as fetched though it never was.
func (e Entry) Marked() bool { return e.state == marked }

// Failed reports whether the message could not be had so far.
func (e Entry) Failed() bool { return e.state == failed }

// Fetched reports whether the message is not to be fetched any more.
func (e Entry) Fetched() bool { return e.state == kept || e.state == marked }

// Owed reports whether the server still has to delete the message.
func (e Entry) Owed() bool { return e.owed && e.gone == 0 }

// Gone reports whether the server doesn't list the message any more.
func (e Entry) Gone() bool { return e.gone != 0 }

// Since is when the message was kept, marked, staged or last failed.
func (e Entry) Since() time.Time { return time.Unix(e.since, 0) }

// A Failure is what is known of a message that could not be had.
type Failure struct {
	Count int
	Text  string
}

// A Summary is what is known of the account's runs.
type Summary struct {
	Asked     time.Time     // when the server was asked what it is like
	Server    string        // what it said, as the engine wrote it down; may be empty
	Login     time.Time     // of the last login that the server accepted
	Delay     time.Duration // that the server wants between two logins
	Denied    time.Time     // when the server last refused what we log in with, zero after a login
	Denials   int           // how often since the last login
	Failing   time.Time     // since when runs fail for what mostly passes, zero after a success
	Told      bool          // was a person told of that
	Success   time.Time     // of the last run without an error
	Error     time.Time     // of the last run with one, zero after a success
	ErrorText string
	ErrorCode int // its exit code
}

// NextLogin is when the next login may be tried, at least so long after the
// last one, and as long as the server wants. It is zero if that is now. A login
// in the future says nothing: the clock was set back.
func (s Summary) NextLogin(now time.Time, atLeast time.Duration) time.Time {
	next := s.Login.Add(max(atLeast, s.Delay))
	if s.Login.After(now) || !next.After(now) {
		return time.Time{}
	}
	return next
}

// A login that is refused may be refused again for the same reason, until the
// provider locks the account. So there are pauses once it was refused a few
// times: each as long again as the one before.
const (
	freeDenials      = 3
	firstDeniedPause = 10 * time.Minute
	lastDeniedPause  = 6 * time.Hour
)

// NextTry is when a login may be tried again after so many that were refused.
// It is zero if that is now.
func (s Summary) NextTry(now time.Time) time.Time {
	if s.Denials < freeDenials || s.Denied.After(now) {
		return time.Time{}
	}
	pause := lastDeniedPause
	if doublings := s.Denials - freeDenials; doublings < 8 {
		pause = min(firstDeniedPause<<doublings, lastDeniedPause)
	}
	if next := s.Denied.Add(pause); next.After(now) {
		return next
	}
	return time.Time{}
}

// retention is how long a message that the server lists no more is remembered,
// so that a bad day of the server doesn't bring the whole maildrop again.
const retention = 90 * 24 * time.Hour

// apply lets the record take effect, as one just written or as one read.
func (l *Ledger) apply(r Record) {
	switch r.Kind {
	case Began:
	case Server:
		l.summary.Asked, l.summary.Server = r.Time, r.Text
	case Login:
		l.summary.Login, l.summary.Delay = r.Time, time.Duration(r.Count)*time.Second
		l.summary.Denied, l.summary.Denials = time.Time{}, 0
	case Denied:
		l.summary.Denied, l.summary.Denials = r.Time, r.Count
	case Failing:
		l.summary.Failing, l.summary.Told = r.Time, r.Count > 0
	case Done:
		l.summary.Success = r.Time
		l.summary.Error, l.summary.ErrorText, l.summary.ErrorCode = time.Time{}, "", 0
		l.summary.Failing, l.summary.Told = time.Time{}, false
	case RunError:
		l.summary.Error, l.summary.ErrorText, l.summary.ErrorCode = r.Time, r.Text, r.Count
	default:
		l.applyMessage(r)
	}
}

func (l *Ledger) applyMessage(r Record) {
	row := l.RowOf(r.Key)
	e := l.table.entry(row)
	known := e.state != 0
	switch r.Kind {
	case Owed:
		e.owed = e.state == kept // what isn't here may still become something else
	case Gone:
		e.gone = seconds(r.Time)
	case Back:
		e.gone = 0
	case Forgot:
		l.forget(r.Key)
		return
	default:
		e = l.change(e, r)
	}
	if known || r.Kind.startsEntry() {
		l.table.set(row, e)
	}
}

// startsEntry reports whether the record says something of a message of which
// nothing else is known.
func (k Kind) startsEntry() bool { return k == Staged || k == Kept || k == Marked || k == Failed }

// change lets the record give the entry another state, and keeps what is only
// known of few messages where it takes no room in every entry.
func (l *Ledger) change(e Entry, r Record) Entry {
	switch {
	case r.Kind == Failed: // whose line tells neither, and what was known is of another message
		e.Size, e.Fingerprint, e.Told = 0, Fingerprint{}, 0
	case r.Size != 0 || r.Fingerprint != (Fingerprint{}):
		e.Size, e.Fingerprint, e.Told = r.Size, r.Fingerprint, told(r.Told)
	}
	e.since, e.gone = seconds(r.Time), 0
	e.owed = e.owed && r.Kind == Kept
	delete(l.places, r.Key)
	delete(l.failures, r.Key)
	switch r.Kind {
	case Staged:
		e.state = staged
		l.places[r.Key] = r.Text
	case Kept:
		e.state = kept
	case Marked:
		e.state = marked
	case Failed:
		e.state = failed
		l.failures[r.Key] = Failure{Count: r.Count, Text: r.Text}
	}
	return e
}

// told leaves out what takes more room than every entry has.
func told(size int64) int64 {
	if size > math.MaxUint32 {
		return 0
	}
	return size
}

func (l *Ledger) forget(key Key) {
	if row := l.table.find(string(key)); row >= 0 {
		l.table.set(row, Entry{})
	}
	delete(l.places, key)
	delete(l.failures, key)
}
