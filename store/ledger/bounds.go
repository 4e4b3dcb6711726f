package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// retention is how long a message that the server lists no more is remembered,
// so that a bad day of the server doesn't bring the whole maildrop again.
const retention = 90 * 24 * time.Hour

// Bounds on what is remembered though the server doesn't list it, or doesn't give
// it, so that no server decides how large its ledger grows. They are variables for the
// sake of tests.
var (
	// maxKnown is how many messages a ledger may know, so that those of the largest
	// maildrop that is accepted may all be gone for a day. More are only those that the
	// server lists, and leastGone.
	maxKnown = 1_100_000
	// leastGone is how many messages that are gone are remembered beside any number of
	// others.
	leastGone = 100_000
	// maxFailed is how many messages that could not be had are remembered. Of one that
	// is forgotten nothing is lost but how often it was tried.
	maxFailed = 10_000
)

// forgetOld forgets what is too old or too much to be remembered, the oldest first.
// Never is that a message that counts as fetched and that the server lists, nor
// one that has yet to be published.
func (l *Ledger) forgetOld(now time.Time) {
	forgotten := now.Add(-retention).Unix()
	var gone, failures []aged
	for n := range l.table.rows {
		switch e := l.table.entryOf(n); {
		case e.state == 0 || e.state == staged:
		case e.gone != 0 && e.gone < forgotten:
			l.forgetMessage(Key(l.table.keyOf(n)))
		case e.state == failed && (e.gone != 0 || !strings.Contains(l.table.keyOf(n), "~")):
			// One whose UID others have must be known as long as it is listed: else it is
			// taken for one of these once they vanish.
			failures = append(failures, aged{n, e.since})
		case e.gone != 0:
			gone = append(gone, aged{n, e.gone})
		}
	}
	l.forgetFirst(failures, maxFailed)
	l.forgetFirst(gone, max(leastGone, maxKnown-(l.Len()-len(gone))))
}

// An aged is a row of the table, and when it came to be as it is.
type aged struct {
	row  int
	time int64
}

// forgetFirst forgets the oldest of some rows, but for so many.
func (l *Ledger) forgetFirst(rows []aged, most int) {
	if len(rows) <= most {
		return
	}
	slices.SortFunc(rows, func(a, b aged) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.row, b.row)) })
	for _, r := range rows[:len(rows)-most] {
		l.forgetMessage(Key(l.table.keyOf(r.row)))
	}
}
