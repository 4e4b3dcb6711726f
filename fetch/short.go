package fetch

import (
	"errors"
	"fmt"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// Arrivals are what came of the messages of a session, beside what the server had
// told of their sizes.
type arrivals struct {
	last    arrived  // the last that came whole, as it seemed
	short   *arrived // the first that was shorter than told
	other   *arrived // the first that was of another size than told
	whole   int      // messages that were as large as told, or larger
	exact   int      // messages that were of the size that was told
	inexact int      // messages that were of another size
}

// An arrived is a message that came whole, as it seemed.
type arrived struct {
	target Target
	size   int64 // in bytes
}

func (c arrived) String() string {
	if c.target.Size <= 0 {
		return fmt.Sprintf("%d bytes came", c.size)
	}
	return fmt.Sprintf("%d of %d bytes came", c.size, c.target.Size)
}

// noteArrival takes note of a message that came.
func (a *arrivals) noteArrival(target Target, size int64) {
	a.last = arrived{target, size}
	switch {
	case !match.IsShort(target.Size, size, false):
		a.whole++
	case a.short == nil:
		a.short = &arrived{target, size}
	}
	switch {
	case target.Size <= 0:
	case target.Size == size:
		a.exact++
	default:
		a.inexact++
		if a.other == nil {
			a.other = &arrived{target, size}
		}
	}
}

// areEstimates reports whether the sizes that the server tells are estimates, as those
// of Microsoft Exchange: most messages have others.
func (a *arrivals) areEstimates() bool {
	const fewest = 3
	return a.exact+a.inexact >= fewest && a.inexact > a.exact
}

// wireSize is what the ledger is to be told of the size of a message that came. Of one
// that may be cut it is nothing: see ledger.Entry.IsCutShort. So it isn't deleted in this session,
// and the next one retrieves it once more.
func (p *Plan) wireSize(target Target, came int64) int64 {
	switch {
	case target.Size <= 0:
		return came
	case match.IsShort(target.Size, came, p.maildrop.matcher.Estimates):
		return 0
	}
	return target.Size
}

// judgeSizes says which messages may be cut, and takes in what this session showed of
// the server's sizes. Where they are estimates, no message is cut for that.
func (j *Job) judgeSizes(plan *Plan, report *Report) error {
	a := &plan.arrivals
	if a.other != nil {
		j.reportNote("the server told a wrong size for %d of %d messages, the first of them uid %q: %v", a.inexact, a.exact+a.inexact, a.other.target.UID, a.other)
	}
	known := plan.known.Summary().DistrustLIST
	var records []ledger.Record
	if a.areEstimates() || a.inexact > 0 && isDistrusted(known) {
		if time.Since(known) > distrust/2 {
			records = append(records, ledger.Record{Kind: ledger.Distrust, Time: time.Now(), Text: ledger.DistrustedLIST})
		}
		records = append(records, plan.unsuspectTaken()...)
	}
	for _, c := range plan.maildrop.matcher.DrainCut() {
		came := arrived{c.Target, c.Came}
		report.Suspect = append(report.Suspect, Skip{UID: c.UID, Size: c.Came, Reason: came.String() + ", twice"})
	}
	return j.Ledger.Append(records...)
}

// unsuspectTaken returns what the ledger is to be told of messages that came a little
// shorter than the server told, now that its sizes are known to be estimates.
func (p *Plan) unsuspectTaken() (records []ledger.Record) {
	for _, r := range p.taken {
		t := p.maildrop.listing.TargetOf(r)
		entry, _ := p.known.Lookup(t.Key)
		if entry.IsCutShort() && !entry.IsGone() && !match.IsShort(t.Size, entry.StoredSize, true) {
			records = append(records, ledger.Record{
				Kind: ledger.Kept, Time: entry.Since(), Key: t.Key, StoredSize: entry.StoredSize, WireSize: t.Size, Digests: entry.Digests,
			})
		}
	}
	return records
}

// suspectCut takes note of a message that a server may have cut short: it told a
// larger size, or the same happened before, and some time after it came what was no reply. So
// it is where a line with nothing but a dot isn't stuffed (RFC 1939, section 3). The
// rest would never come, so that the message counts as fetched and is deleted by no
// rule.
func (j *Job) suspectCut(plan *Plan, report *Report, err error) error {
	cut := plan.arrivals.last
	if plan.arrivals.short != nil && plan.arrivals.whole > 0 { // else the server tells too much of every message
		cut = *plan.arrivals.short
	}
	entry, _ := j.Ledger.Lookup(cut.target.Key)
	isShort := cut.target.Size > cut.size || cut.target.Check
	if !errors.As(err, new(*pop3.ProtocolError)) || cut.size == 0 || !isShort || !entry.IsFetched() {
		return nil
	}
	report.Suspect = append(report.Suspect, Skip{UID: cut.target.UID, Size: cut.size, Reason: cut.String() + ", and then no reply"})
	return j.Ledger.Append(ledger.Record{
		Kind: ledger.Marked, Time: entry.Since(), Key: cut.target.Key,
		StoredSize: entry.StoredSize, WireSize: max(cut.target.Size, cut.size), Digests: entry.Digests,
	})
}
