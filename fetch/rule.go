package fetch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

// retrieve plans to get a message, unless it failed a short while ago.
//
// Of one that shares its UID the ledger has to know, even if nothing comes of
// it in this run. When the other one vanishes, its UID alone would make it look
// like that, and let it be deleted unseen.
func (p *Plan) retrieve(t Target) {
	entry, known := p.known.Lookup(t.Key)
	switch {
	case !known && match.IsCopy(t.Key):
		p.record(ledger.Record{Kind: ledger.Failed, Key: t.Key, Text: "it was not tried yet"})
	case entry.Failed() && entry.Gone():
		p.record(ledger.Record{Kind: ledger.Back, Key: t.Key})
	}
	failure := p.known.Failure(t.Key)
	if next := NextTry(entry, failure, p.now); p.now.Before(next) {
		p.skipFor(t, fmt.Sprintf("failed %d times, next try after %s: %s",
			failure.Count, next.Format(time.DateTime), failure.Text), true)
		return
	}
	p.Retrieve = append(p.Retrieve, t)
}

func (p *Plan) skip(t Target, reason string) { p.skipFor(t, reason, false) }

func (p *Plan) skipFor(t Target, reason string, failing bool) {
	p.Skip = append(p.Skip, Skip{UID: t.UID, Size: t.Size, Reason: reason, Failing: failing})
}

// Why messages are left on the server.
const (
	tooLargeByRule = "larger than max_size"
	tooMany        = "more than max_messages or --limit"
)

// wanted are all messages that the plan would retrieve, in their order: new mail
// before what only has to be compared.
func (p *Plan) wanted() []Target { return slices.Concat(p.probe, p.Retrieve, p.check, p.prove) }

// putFailedLast puts what failed before behind the others, in the order in which it is
// to be tried: a message that costs the connection must not cost those that may come,
// nor use up what a run may bring. The fewer failures the sooner, so that those that cost
// the connection take turns with the others that failed. New mail that failed still comes
// before what has to be compared: that may be to blame, where a server gets out of step.
func (p *Plan) putFailedLast(targets []Target) []Target {
	var failed []Target
	fresh := slices.DeleteFunc(targets, func(t Target) bool {
		if p.hasFailed(t) {
			failed = append(failed, t)
		}
		return p.hasFailed(t)
	})
	since := func(t Target) time.Time {
		entry, _ := p.known.Lookup(t.Key)
		return entry.Since()
	}
	slices.SortStableFunc(failed, func(a, b Target) int {
		return cmp.Or(cmp.Compare(p.known.Failure(a.Key).Count, p.known.Failure(b.Key).Count), since(a).Compare(since(b)))
	})
	return append(fresh, failed...)
}

func (p *Plan) hasFailed(t Target) bool { return p.known.Failure(t.Key).Count > 0 }

// isSized reports whether the sizes of all of them are known.
func (p *Plan) isSized() bool {
	return !slices.ContainsFunc(p.wanted(), func(t Target) bool { return t.Size < 0 })
}

// bound leaves on the server what is too large, and what is too much for one
// run. The sizes are those that the server told since, by the messages' numbers.
func (p *Plan) bound(sizes map[int]int64) {
	tooLarge := func(t *Target) bool {
		if size, told := sizes[t.Number]; told {
			t.Size = size
		}
		return p.rules.MaxSize > 0 && t.Size > p.rules.MaxSize
	}
	wanted := p.Retrieve
	p.Retrieve = wanted[:0]
	for _, t := range wanted {
		switch {
		case tooLarge(&t):
			p.skip(t, tooLargeByRule)
		case isEnough(p.rules, len(p.Retrieve)):
			p.skip(t, tooMany)
		default:
			p.Retrieve = append(p.Retrieve, t)
		}
	}
	for _, targets := range []*[]Target{&p.check, &p.prove, &p.probe} {
		*targets = slices.DeleteFunc(*targets, func(t Target) bool {
			if tooLarge(&t) {
				p.skip(t, tooLargeByRule)
				return true
			}
			return false
		})
	}
}

// isEnough reports whether one run may bring no more than so many messages.
func isEnough(r rule.Rules, messages int) bool {
	return r.MaxMessages > 0 && messages >= r.MaxMessages
}

// The pauses before a message that failed is tried again: the next run tries
// it, then each failure doubles the pause.
const (
	firstPause = 10 * time.Minute
	lastPause  = 6 * time.Hour
)

// NextTry returns when a message may be tried again, zero for at once. A failure
// in the future only tells that the clock was wrong.
func NextTry(entry ledger.Entry, failure ledger.Failure, now time.Time) time.Time {
	if !entry.Failed() || failure.Count < 2 || entry.Since().After(now) {
		return time.Time{}
	}
	pause := lastPause
	if doublings := failure.Count - 2; doublings < 8 {
		pause = min(firstPause<<doublings, lastPause)
	}
	return entry.Since().Add(pause)
}

// isDue reports whether a message is to be deleted on the server now. Only what
// lies in the mailbox ever is: what a person marked as fetched isn't.
func isDue(d rule.Delete, entry ledger.Entry, now time.Time) bool {
	if !entry.Kept() {
		return false
	}
	switch d.When {
	case rule.Never:
		return false
	case rule.AtOnce:
		return true
	case rule.AfterWhile:
		return entry.Owed() || now.Sub(entry.Since()) >= d.After
	default:
		return entry.Owed()
	}
}
