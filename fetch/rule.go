package fetch

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

// planRetrieval plans to get a message, unless it failed a short while ago.
//
// Of one that shares its UID the ledger has to know, even if nothing comes of
// it in this run. When the other one vanishes, its UID alone would make it look
// like that, and let it be deleted unseen.
func (p *Plan) planRetrieval(r match.Ref) {
	entry, known := p.known.Lookup(r.Key)
	switch {
	case !known && match.IsCopy(r.Key):
		p.addRecord(ledger.Record{Kind: ledger.Failed, Key: r.Key, Text: "it was not tried yet"})
	case entry.IsFailed() && entry.IsGone():
		p.addRecord(ledger.Record{Kind: ledger.Back, Key: r.Key})
	}
	failure := p.known.Failure(r.Key)
	if next := NextTry(entry, failure, p.now); p.now.Before(next) {
		p.Skip.addFailing(r, fmt.Sprintf("failed %d times, next try after %s: %s",
			failure.Count, next.Format(time.DateTime), failure.Text))
		return
	}
	p.Retrieve = append(p.Retrieve, r)
}

// Why messages are left on the server.
const (
	tooLargeByRule = "larger than max_size"
	tooMany        = "more than max_messages or --limit"
)

// wantedRefs are all messages that the plan would retrieve, in their order: new mail
// before what only has to be compared.
func (p *Plan) wantedRefs() []match.Ref { return joinLists(p.probe, p.Retrieve, p.check, p.prove) }

// joinLists is slices.Concat, but of one list that may be long, and others that are empty,
// it makes no copy.
func joinLists(lists ...[]match.Ref) []match.Ref {
	lists = slices.DeleteFunc(lists, func(list []match.Ref) bool { return len(list) == 0 })
	if len(lists) == 1 {
		return lists[0]
	}
	return slices.Concat(lists...)
}

// numbersOf yields the numbers of messages in this session.
func (p *Plan) numbersOf(refs []match.Ref) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, r := range refs {
			if !yield(p.maildrop.listing.NumberOf(r)) {
				return
			}
		}
	}
}

// putFailedLast puts what failed before behind the others, in the order in which it is
// to be tried: a message that costs the connection must not cost those that may come,
// nor use up what a run may bring. The fewer failures the sooner, so that those that cost
// the connection take turns with the others that failed. New mail that failed still comes
// before what has to be compared: that may be to blame, where a server gets out of step.
func (p *Plan) putFailedLast(refs []match.Ref) []match.Ref {
	var failed []match.Ref
	fresh := slices.DeleteFunc(refs, func(r match.Ref) bool {
		if p.hasFailed(r) {
			failed = append(failed, r)
		}
		return p.hasFailed(r)
	})
	since := func(r match.Ref) time.Time {
		entry, _ := p.known.Lookup(r.Key)
		return entry.Since()
	}
	slices.SortStableFunc(failed, func(a, b match.Ref) int {
		return cmp.Or(cmp.Compare(p.known.Failure(a.Key).Count, p.known.Failure(b.Key).Count), since(a).Compare(since(b)))
	})
	return append(fresh, failed...)
}

func (p *Plan) hasFailed(r match.Ref) bool { return p.known.Failure(r.Key).Count > 0 }

// isSized reports whether the sizes of all of them are known.
func (p *Plan) isSized() bool {
	return !slices.ContainsFunc(p.wantedRefs(), func(r match.Ref) bool { return p.maildrop.listing.SizeOf(r) < 0 })
}

// leaveExcess leaves on the server what is too large, and what is too much for one run.
func (p *Plan) leaveExcess() {
	isTooLarge := func(r match.Ref) bool {
		tooLarge := p.rules.MaxSize > 0 && p.maildrop.listing.SizeOf(r) > p.rules.MaxSize
		if tooLarge {
			p.Skip.addRef(r, tooLargeByRule)
		}
		return tooLarge
	}
	for _, refs := range []*[]match.Ref{&p.Retrieve, &p.check, &p.prove, &p.probe} {
		*refs = slices.DeleteFunc(*refs, isTooLarge)
	}
	if most := p.rules.MaxMessages; isEnough(p.rules, len(p.Retrieve)) {
		p.Skip.addRest(p.Retrieve[most:], tooMany)
		p.Retrieve = p.Retrieve[:most:most]
		p.prove = slices.DeleteFunc(p.prove, p.isCutShort) // as what comes of one wouldn't be kept in this run
	}
}

// isCutShort reports whether the message may be cut: it is retrieved to see whether more comes.
func (p *Plan) isCutShort(r match.Ref) bool {
	entry, _ := p.known.Lookup(r.Key)
	return entry.IsCutShort()
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
	if !entry.IsFailed() || failure.Count < 2 || entry.Since().After(now) {
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
	if !entry.IsKept() {
		return false
	}
	switch d.When {
	case rule.Never:
		return false
	case rule.AtOnce:
		return true
	case rule.AfterWhile:
		return entry.IsOwed() || now.Sub(entry.Since()) >= d.After
	default:
		return entry.IsOwed()
	}
}
