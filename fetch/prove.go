package fetch

import (
	"errors"
	"fmt"
	"io"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// Prove finds out which of the messages lie in the mailbox with all their bytes, and
// so may be deleted. Where UID, size and header don't prove that, it retrieves the
// message and compares. The ledger must not be used meanwhile.
func (j *Job) Prove(s *Session, d *Maildrop, targets []Target) (proved []match.Proved, err error) {
	d.matcher.Prove(targets)
	if err := j.settleHeaders(s, d); err != nil {
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
	if err := j.compare(s, d, asked); err != nil {
		return nil, err
	}
	proved = append(proved, d.matcher.Conclude()...)
	d.records = append(d.records, d.matcher.Records()...)
	return proved, nil
}

// compare retrieves messages only to compare them with those that are known.
func (j *Job) compare(s *Session, d *Maildrop, targets []Target) error {
	d.matcher.Prepare()
	digester := match.Digester{Fields: d.matcher.Fields}
	i := 0
	for m, err := range s.Client.Retrieve(Numbers(targets)) {
		t := targets[i]
		if err == nil {
			digester.Reset()
			_, err = io.Copy(&digester, &limited{m, 2*max(t.Size, 0) + maxTop})
		}
		switch {
		case err == nil:
			if !d.matcher.Compare(t, digester.Prints()) {
				d.records = append(d.records, ledger.Record{Kind: ledger.Gone, Time: time.Now(), Key: t.Key})
			}
		case errors.As(err, new(*pop3.Error)):
			j.note("uid %q can't be compared: %v", t.UID, err)
		default:
			return fmt.Errorf("compare messages: %w", err)
		}
		if i++; i == len(targets) {
			break
		}
	}
	return nil
}

// Mark returns what the ledger is to be told of a message that counts as fetched,
// after all of it was read.
func (d *Maildrop) Mark(t Target, prints match.Prints) []ledger.Record {
	if d.matcher.VerdictOf(t).IsKnown {
		return nil
	}
	return []ledger.Record{{Kind: ledger.Marked, Time: time.Now(), Key: t.Key, WireSize: max(t.Size, prints.Size), Digests: prints.Digests}}
}
