package fetch

import (
	"fmt"
	"iter"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// A Plan is what a run is going to do: the listing, the ledger and the rules
// put together.
type Plan struct {
	Retrieve []Target
	Delete   []Target // kept by earlier runs
	Skip     []Skip
	Mark     []Target     // to be recorded as fetched, without being it
	Returned []Target     // fetched, had vanished, and listed again under the same UID
	Back     []Target     // of those, the ones that are the same messages
	Gone     []ledger.Key // known, and not listed any more
	OnServer int          // messages in the listing
}

// A Target is a message of this session's listing, with its key in the ledger.
type Target struct {
	pop3.Item
	Key ledger.Key
}

// Targets gives each item of a listing its key. Of several items with one UID
// each is a message of its own.
func Targets(items []pop3.Item) []Target {
	targets := make([]Target, len(items))
	seen := make(map[string]int, len(items))
	for i, item := range items {
		seen[item.UID]++
		targets[i] = Target{Item: item, Key: ledger.MakeKey(item.UID, seen[item.UID])}
	}
	return targets
}

// Numbers yields the numbers of the targets in this session.
func Numbers(targets []Target) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, t := range targets {
			if !yield(t.Number) {
				return
			}
		}
	}
}

// NewPlan makes the plan. It asks nobody and changes nothing.
func NewPlan(items []pop3.Item, known *ledger.Ledger, rules Rules, now time.Time) *Plan {
	p := &Plan{OnServer: len(items)}
	targets := Targets(items)
	fresh := rules.Start.Skip && known.Len() == 0 && known.Summary().Success.IsZero()
	for i, t := range targets {
		entry, ok := known.Lookup(t.Key)
		switch {
		case !ok && fresh && i < len(targets)-rules.Start.Last:
			p.Mark = append(p.Mark, t)
		case entry.Fetched() && entry.Gone():
			p.Returned = append(p.Returned, t)
		case !ok || !entry.Fetched():
			p.retrieve(t, known, rules, now)
		case entry.Kept() && rules.Delete.due(entry, now):
			p.Delete = append(p.Delete, t)
		}
	}
	p.Gone = gone(targets, known)
	return p
}

func (p *Plan) retrieve(t Target, known *ledger.Ledger, rules Rules, now time.Time) {
	reason := ""
	entry, _ := known.Lookup(t.Key)
	switch {
	case entry.Failed() && now.Before(nextTry(entry, known.Failure(t.Key))):
		failure := known.Failure(t.Key)
		reason = fmt.Sprintf("failed %d times, next try after %s: %s",
			failure.Count, nextTry(entry, failure).Format(time.DateTime), failure.Text)
	case rules.MaxSize > 0 && t.Size > rules.MaxSize:
		reason = "larger than max_size"
	case rules.MaxMessages > 0 && len(p.Retrieve) >= rules.MaxMessages:
		reason = "more than max_messages or --limit"
	default:
		p.Retrieve = append(p.Retrieve, t)
		return
	}
	p.Skip = append(p.Skip, Skip{UID: t.UID, Size: t.Size, Reason: reason})
}

// The pauses before a message that failed is tried again: the next run tries
// it, then each failure doubles the pause.
const (
	firstPause = 10 * time.Minute
	lastPause  = 24 * time.Hour
)

func nextTry(entry ledger.Entry, failure ledger.Failure) time.Time {
	if failure.Count < 2 {
		return time.Time{}
	}
	pause := lastPause
	if doublings := failure.Count - 2; doublings < 8 {
		pause = min(firstPause<<doublings, lastPause)
	}
	return entry.Since().Add(pause)
}

// due reports whether a kept message is to be deleted on the server now.
func (d Delete) due(entry ledger.Entry, now time.Time) bool {
	switch d.When {
	case Never:
		return false
	case AtOnce:
		return true
	case AfterWhile:
		return entry.Owed() || now.Sub(entry.Since()) >= d.After
	default:
		return entry.Owed()
	}
}

// gone finds what is known and neither listed nor called gone yet.
func gone(targets []Target, known *ledger.Ledger) []ledger.Key {
	listed := make(map[ledger.Key]struct{}, len(targets))
	for _, t := range targets {
		listed[t.Key] = struct{}{}
	}
	var keys []ledger.Key
	for key, entry := range known.All() {
		if _, ok := listed[key]; !ok && !entry.Gone() {
			keys = append(keys, key)
		}
	}
	return keys
}
