package ledger

import (
	"math"
	"time"
)

// An Entry is what is known of one message.
type Entry struct {
	Digests    Digests
	StoredSize int64 // in bytes, as stored; 0 where it isn't known
	WireSize   int64 // in bytes, as the server counts them; 0 where it isn't known
	since      int64 // Unix seconds
	gone       int64 // Unix seconds, 0 while the server lists it
	state      state
	flags      flags
}

type state uint8

const (
	failed state = iota + 1
	staged
	marked
	kept
)

// flags are what is true or not of a message.
type flags uint8

const (
	owed          flags = 1 << iota // to be deleted on the server
	gap                             // its UID was not listed all the time since it was kept
	deleted                         // gone because popfetch deleted it
	fingerprinted                   // only in a row of the table: there is a fingerprint and no digests
)

// IsKept reports whether the message lies in the mailbox.
func (e Entry) IsKept() bool { return e.state == kept }

// IsMarked reports whether the message counts as fetched though it never was.
func (e Entry) IsMarked() bool { return e.state == marked }

// IsFailed reports whether the message could not be had so far.
func (e Entry) IsFailed() bool { return e.state == failed }

// IsFetched reports whether the message is not to be fetched any more.
func (e Entry) IsFetched() bool { return e.state == kept || e.state == marked }

// maxJudged is up to which stored size a wire size of 0 says something: the table has
// none of more than 4 GiB.
const maxJudged = 2 << 30

// IsCutShort reports whether less of the message came than the server had told, so that it
// may be cut. Then the wire size isn't written down. That of an empty message is none
// either.
func (e Entry) IsCutShort() bool {
	return e.IsKept() && e.WireSize == 0 && e.Digests.Content != (ContentDigest{}) && 0 < e.StoredSize && e.StoredSize < maxJudged
}

// IsOwed reports whether the server still has to delete the message.
func (e Entry) IsOwed() bool { return e.flags&owed != 0 && e.gone == 0 }

// WasOwed reports whether the server had to delete the message when it listed it last.
func (e Entry) WasOwed() bool { return e.flags&owed != 0 && e.gone != 0 }

// IsGone reports whether the server doesn't list the message any more.
func (e Entry) IsGone() bool { return e.gone != 0 }

// IsContinuous reports whether every listing since the message was kept or marked
// had its UID, as far as is known.
func (e Entry) IsContinuous() bool { return e.IsFetched() && e.gone == 0 && e.flags&gap == 0 }

// WithGap returns what is known of a message whose UID was not listed all the time.
func (e Entry) WithGap() Entry {
	e.flags |= gap
	return e
}

// IsDeleted reports whether the message is gone because popfetch deleted it.
func (e Entry) IsDeleted() bool { return e.gone != 0 && e.flags&deleted != 0 }

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

	Secured      string    // how logins there are protected, as the engine wrote it down; empty where that isn't known
	Maildrop     string    // the server and the user that the ledger belongs to; empty where that isn't known
	Moving       time.Time // since when messages are sought under other UIDs; zero where none are
	UIDL         Support   // whether the server has the command
	DistrustTOP  time.Time // when TOP was last caught not to show the header that RETR brings; zero if never
	DistrustUIDL time.Time // when UIDs were last caught to be message numbers; zero if never
	DistrustLIST time.Time // when most sizes were last found to be estimates; zero if never
}

// Support tells whether a server has a command, as far as that is known.
type Support uint8

// What is known of a command.
const (
	Unknown Support = iota
	Present
	Absent
)

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

// applyRecord lets the record take effect, as one just written or as one read.
func (l *Ledger) applyRecord(r Record) {
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
	case Maildrop:
		l.applyMaildrop(r)
	case Renamed:
		l.renamed = r.Text
	case Moving:
		l.summary.Moving = time.Time{}
		if r.Count > 0 {
			l.summary.Moving = r.Time
		}
	case UIDL:
		l.summary.UIDL = Absent
		if r.Count > 0 {
			l.summary.UIDL = Present
		}
	case Distrust:
		l.applyDistrust(r)
	case Secured:
		l.summary.Secured = r.Text
	case RunError:
		l.summary.Error, l.summary.ErrorText, l.summary.ErrorCode = r.Time, r.Text, r.Count
	default:
		l.applyMessage(r)
	}
}

// applyMaildrop takes note of the maildrop that the ledger belongs to. In another
// one than before, UIDs say nothing of what is known. A message of which nothing
// but its UID is known could be taken for another one there, and is forgotten.
func (l *Ledger) applyMaildrop(r Record) {
	before := l.summary.Maildrop
	l.summary.Maildrop = r.Text
	if before == "" || before == r.Text {
		return
	}
	l.summary.UIDL = Unknown
	l.summary.DistrustTOP, l.summary.DistrustUIDL, l.summary.DistrustLIST = time.Time{}, time.Time{}, time.Time{}
	l.summary.Secured = ""
	for n := range l.table.rows {
		e := l.table.entryOf(n)
		switch {
		case e.state == 0:
		case e.state != staged && e.Digests == Digests{}:
			l.forgetMessage(Key(l.table.keyOf(n)))
		case e.gone == 0:
			e.gone = unixSeconds(r.Time)
			l.table.setEntry(n, e)
		}
	}
}

// Words of a distrust record.
const (
	DistrustedTOP  = "TOP"
	DistrustedUIDL = "UIDL"
	DistrustedLIST = "LIST"
)

func (l *Ledger) applyDistrust(r Record) {
	switch r.Text {
	case DistrustedTOP:
		l.summary.DistrustTOP = r.Time
	case DistrustedUIDL:
		l.summary.DistrustUIDL = r.Time
	case DistrustedLIST:
		l.summary.DistrustLIST = r.Time
	}
}

func (l *Ledger) applyMessage(r Record) {
	row := l.RowOf(r.Key)
	e := l.table.entryOf(row)
	known := e.state != 0
	switch r.Kind {
	case Owed:
		if e.state == kept { // what isn't here may still become something else
			e.flags |= owed
		}
	case Gone:
		e.gone = unixSeconds(r.Time)
	case Deleted:
		e.gone = unixSeconds(r.Time)
		e.flags = e.flags&^owed | deleted
	case Back:
		e.gone = 0
		e.flags = e.flags&^deleted | gap
	case Forgot:
		l.forgetMessage(r.Key)
		return
	default:
		e = l.changeEntry(e, r)
	}
	if known || r.Kind.startsEntry() {
		l.table.setEntry(row, e)
	}
}

// startsEntry reports whether the record says something of a message of which
// nothing else is known.
func (k Kind) startsEntry() bool { return k == Staged || k == Kept || k == Marked || k == Failed }

// changeEntry lets the record give the entry another state, and keeps what is only
// known of few messages where it takes no room in every entry.
func (l *Ledger) changeEntry(e Entry, r Record) Entry {
	switch {
	case r.Kind == Failed: // whose line tells neither, and what was known is of another message
		e.StoredSize, e.WireSize, e.Digests = 0, 0, Digests{}
	case r.hasOrigin():
		e.StoredSize, e.WireSize, e.Digests = r.StoredSize, inTable(r.WireSize), r.Digests
	}
	if r.Kind != Kept || e.state != staged { // that it is kept tells nothing of the server
		e.gone = 0
	}
	e.since = unixSeconds(r.Time)
	if r.Kind == Kept {
		e.flags &= owed
	} else {
		e.flags = 0
	}
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
		if r.Count > 0 { // else it wasn't tried yet, as any number of messages may be
			l.failures[r.Key] = Failure{Count: r.Count, Text: r.Text}
		}
	}
	return e
}

// inTable leaves out a size that takes more room than every entry has.
func inTable(size int64) int64 {
	if size > math.MaxUint32 {
		return 0
	}
	return size
}

func (l *Ledger) forgetMessage(key Key) {
	if row := l.table.findRow(string(key)); row >= 0 {
		l.table.setEntry(row, Entry{})
	}
	delete(l.places, key)
	delete(l.failures, key)
}
