package fetch

import (
	"fmt"
	"time"

	"popfetch/store/ledger"
)

// decide applies the rules to a message that nobody doubts.
func (p *Plan) decide(t Target, entry ledger.Entry) {
	if !entry.Fetched() {
		p.retrieve(t)
	} else if p.rules.Delete.due(entry, p.now) {
		p.Delete = append(p.Delete, t)
	}
}

// retrieve plans to get a message, unless a rule is against it.
//
// Of one that shares its UID the ledger has to know, even if nothing comes of
// it in this run. When the other one vanishes, its UID alone would make it look
// like that, and let it be deleted unseen.
func (p *Plan) retrieve(t Target) {
	entry, known := p.known.Lookup(t.Key)
	if !known && isCopy(t.Key) {
		p.record(ledger.Record{Kind: ledger.Failed, Key: t.Key, Text: "it was not tried yet"})
	}
	reason := ""
	failure := p.known.Failure(t.Key)
	switch next := nextTry(entry, failure, p.now); {
	case p.now.Before(next):
		reason = fmt.Sprintf("failed %d times, next try after %s: %s",
			failure.Count, next.Format(time.DateTime), failure.Text)
	case p.tooLarge(t):
		reason = "larger than max_size"
	case p.rules.MaxMessages > 0 && len(p.Retrieve) >= p.rules.MaxMessages:
		reason = "more than max_messages or --limit"
	default:
		p.Retrieve = append(p.Retrieve, t)
		return
	}
	p.Skip = append(p.Skip, Skip{UID: t.UID, Size: t.Size, Reason: reason})
}

func (p *Plan) tooLarge(t Target) bool {
	return p.rules.MaxSize > 0 && t.Size > p.rules.MaxSize
}

// The pauses before a message that failed is tried again: the next run tries
// it, then each failure doubles the pause.
const (
	firstPause = 10 * time.Minute
	lastPause  = 24 * time.Hour
)

// nextTry returns when a message may be tried again, zero for at once. A failure
// in the future only tells that the clock was wrong.
func nextTry(entry ledger.Entry, failure ledger.Failure, now time.Time) time.Time {
	if !entry.Failed() || failure.Count < 2 || entry.Since().After(now) {
		return time.Time{}
	}
	pause := lastPause
	if doublings := failure.Count - 2; doublings < 8 {
		pause = min(firstPause<<doublings, lastPause)
	}
	return entry.Since().Add(pause)
}

// due reports whether a message is to be deleted on the server now. Only what
// lies in the mailbox ever is: what a person marked as fetched isn't.
func (d Delete) due(entry ledger.Entry, now time.Time) bool {
	if !entry.Kept() {
		return false
	}
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
