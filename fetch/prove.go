package fetch

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// FindProved finds out which of the messages lie in the mailbox with all their bytes, and
// so may be deleted. Where UID, size and header don't prove that, it retrieves the
// message and compares. The ledger must not be used meanwhile.
func (j *Job) FindProved(s *Session, d *Maildrop, targets []Target) (proved []match.Proved, err error) {
	d.matcher.RequireProof(targets)
	if err := j.readWantedHeaders(s, d); err != nil {
		return nil, err
	}
	var asked []Target
	for _, t := range targets {
		switch v := d.matcher.VerdictOf(t); {
		case v.IsKnown && v.IsProved:
			proved = append(proved, match.Proved{Target: t, Entry: v.Entry})
		case v.Ask:
			asked = append(asked, t)
		}
	}
	if len(asked) == 0 {
		return proved, nil
	}
	others, err := j.compareContents(s, d, asked)
	if err != nil {
		return nil, err
	}
	for _, t := range asked {
		if _, isOther := others[t.Number]; isOther {
			d.records = append(d.records, ledger.Record{Kind: ledger.Gone, Time: time.Now(), Key: t.Key})
		}
	}
	proved = append(proved, d.matcher.EndComparing()...)
	d.records = append(d.records, d.matcher.DrainRecords()...)
	d.noteDistrust()
	return proved, nil
}

// compareContents retrieves messages only to compare them with those that are known. It
// returns what was found out about those that aren't, by number.
func (j *Job) compareContents(s *Session, d *Maildrop, targets []Target) (map[int]match.Prints, error) {
	d.matcher.BeginComparing()
	digester := match.Digester{Fields: d.matcher.Fields}
	others := map[int]match.Prints{}
	i := 0
	for m, err := range s.Client.Retrieve(NumbersOf(targets)) {
		t := targets[i]
		if err == nil {
			digester.Reset()
			_, err = io.Copy(&digester, &limited{m, 2*max(t.Size, 0) + maxTop})
		}
		switch {
		case errors.As(err, new(*pop3.Error)):
			j.reportNote("uid %q can't be compared: %v", t.UID, err)
		case err != nil:
			return nil, fmt.Errorf("compare messages: %w", err)
		default:
			if prints := digester.Prints(); !d.matcher.CompareContent(t, prints) {
				others[t.Number] = prints
			}
		}
		i++
	}
	return others, nil
}

// MarkFetched returns what the ledger is to be told of messages that count as fetched from
// now on. What may be known already is compared before.
func (j *Job) MarkFetched(s *Session, d *Maildrop, targets []Target) (records []ledger.Record, err error) {
	var asked []Target
	for _, t := range targets {
		if v := d.matcher.VerdictOf(t); v.Ask && !v.IsKnown {
			asked = append(asked, t)
		}
	}
	if len(asked) > 0 {
		if d.shown, err = j.compareContents(s, d, asked); err != nil {
			return nil, err
		}
		d.matcher.EndComparing()
		d.records = append(d.records, d.matcher.DrainRecords()...)
	}
	shown, err := j.markedHeaders(s, d, slices.Values(targets))
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		prints, isRead := d.shown[t.Number]
		if !isRead {
			prints = shown[t.Number]
		}
		records = append(records, d.MarkFetched(t, prints)...)
	}
	return records, nil
}

// markedHeaders returns what is known of messages by their headers, by their numbers.
// These are asked for only where UIDs may be message numbers, or belong to several
// messages: then nothing else tells marked messages from others.
func (j *Job) markedHeaders(s *Session, d *Maildrop, messages iter.Seq[Target]) (shown map[int]match.Prints, err error) {
	var targets []Target
	var headers []match.Header
	switch {
	case d.listing.IsPseudo():
		targets = slices.Collect(messages)
		headers, err = j.pseudoHeaders(s, d, targets)
	case d.listing.IsNumbered() || d.isAnyShared(messages):
		targets = slices.Collect(messages)
		headers, err = s.readHeaders(targets, d.known)
		for i := range headers {
			headers[i].Size = 0 // of the header alone
		}
	}
	shown = make(map[int]match.Prints, len(headers))
	for i, h := range headers {
		shown[targets[i].Number] = h.Prints
	}
	return shown, err
}

// isAnyShared reports whether one of the messages shares its UID.
func (d *Maildrop) isAnyShared(messages iter.Seq[Target]) bool {
	for t := range messages {
		if d.matcher.IsShared(t.UID) {
			return true
		}
	}
	return false
}

// pseudoHeaders returns what is known of messages without UIDs, and retrieves those
// whose header identifies nothing.
func (j *Job) pseudoHeaders(s *Session, d *Maildrop, targets []Target) ([]match.Header, error) {
	headers := make([]match.Header, len(targets))
	var vague []Target
	for i, t := range targets {
		headers[i] = match.Header{Shown: true, Prints: d.listing.Header(t.Number)}
		if headers[i].Content == (ledger.ContentDigest{}) {
			headers[i].Size = 0 // of the header alone
			if !headers[i].Received {
				vague = append(vague, t)
			}
		}
	}
	if len(vague) == 0 {
		return headers, nil
	}
	read, err := j.compareContents(s, d, vague)
	for i, t := range targets {
		if prints, isRead := read[t.Number]; isRead {
			headers[i].Prints = prints
		}
	}
	return headers, err
}

// BeginMarking makes ready for MarkRead.
func (d *Maildrop) BeginMarking() { d.matcher.BeginComparing() }

// MarkRead returns what the ledger is to be told of a message that was read whole and
// counts as fetched from now on: nothing, where its content is known.
func (d *Maildrop) MarkRead(t Target, prints match.Prints) []ledger.Record {
	if d.matcher.CompareContent(t, prints) {
		return nil
	}
	return d.MarkFetched(t, prints)
}

// EndMarking takes in what MarkRead recognised; see DrainRecords.
func (d *Maildrop) EndMarking() {
	d.matcher.EndComparing()
	d.noteDistrust()
}

// MarkFetched returns what the ledger is to be told of a message that counts as fetched
// from now on, by what is known of its bytes.
func (d *Maildrop) MarkFetched(t Target, prints match.Prints) []ledger.Record {
	if d.matcher.VerdictOf(t).IsKnown {
		return nil
	}
	return append(d.matcher.SupersedeKey(t), ledger.Record{
		Kind: ledger.Marked, Time: time.Now(), Key: t.Key, WireSize: max(t.Size, prints.Size), Digests: prints.Digests,
	})
}
