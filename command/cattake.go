package command

import (
	"context"
	"fmt"

	"popfetch/fetch"
	"popfetch/fetch/match"
	"popfetch/store/ledger"
)

// A taking is what cat does with messages that it has written: it may mark them as
// fetched, and delete them. Whoever reads stdout has all of their bytes.
type taking struct {
	program      *program
	account      account
	mark, delete bool
	known        *ledger.Ledger
	records      []ledger.Record
}

// openLedger opens the ledger, to be changed only if something is to be written
// down.
func (t *taking) openLedger(ctx context.Context) (err error) {
	if !t.mark && !t.delete {
		t.known, err = t.program.readLedger(t.account)
		return err
	}
	if err = markOutput(t.program.CheckOutput()); err == nil {
		t.known, err = t.program.openLedger(ctx, t.account)
	}
	return err
}

// digestInto returns a function that takes in what was digested of a message.
func (t *taking) digestInto(maildrop *fetch.Maildrop) func(fetch.Target, match.Prints) {
	if t.mark {
		maildrop.BeginMarking()
	}
	return func(target fetch.Target, prints match.Prints) {
		if t.mark {
			t.records = append(t.records, maildrop.MarkRead(target, prints)...)
		}
	}
}

// recordAndDelete writes down what is to be marked, and deletes what is to be deleted.
func (t *taking) recordAndDelete(s *fetch.Session, maildrop *fetch.Maildrop, targets []fetch.Target) error {
	if t.mark {
		maildrop.EndMarking()
		if err := t.known.Append(append(maildrop.DrainRecords(), t.records...)...); err != nil {
			return err
		}
	}
	if !t.delete {
		s.Client.QuitWithoutReply()
		return nil
	}
	_, err := t.program.deleteTargets(s, t.known, t.account, targets)
	return err
}

// deleteTargets deletes messages on the server, records that, and ends the session.
// It returns how many were deleted; those that the server refuses to delete are
// reported, and make it errPartial.
func (p *program) deleteTargets(s *fetch.Session, l *ledger.Ledger, a account, targets []fetch.Target) (int, error) {
	if len(targets) == 0 {
		s.Client.QuitWithoutReply()
		return 0, nil
	}
	deleted, err := s.Delete(targets, func(format string, args ...any) { p.reportError(titleOf(a), fmt.Errorf(format, args...)) })
	if err != nil {
		return 0, err
	}
	err = fetch.RecordDeleted(l, deleted)
	if err == nil && len(deleted) < len(targets) {
		err = markShown(errPartial)
	}
	return len(deleted), err
}
