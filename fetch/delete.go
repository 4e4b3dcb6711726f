package fetch

import (
	"errors"
	"fmt"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

// deleteDue tells the server to delete what is due, and ends the session. That is
// when the server deletes (RFC 1939, section 6), so that one burst at the end
// is as safe as one command after each message.
func (j *Job) deleteDue(s *Session, plan *Plan, report *Report) error {
	targets := plan.Delete
	if j.Rules.Delete.When == rule.AtOnce {
		targets = append(targets, j.keptNow(plan)...)
	}
	if len(targets) == 0 {
		s.Client.QuitWithoutReply()
		return nil
	}
	if err := j.recordOwed(targets); err != nil {
		return err
	}
	deleted, err := s.Delete(targets, j.reportNote)
	if isOutOfStep(err) { // by what came behind the last message, which isn't whole
		return errors.Join(err, j.mistrustKept(plan), j.suspectCut(plan, report, err))
	}
	if err != nil {
		return err
	}
	report.Deleted = len(deleted)
	report.OnServer -= len(deleted)
	return RecordDeleted(j.Ledger, deleted)
}

// keptNow finds the messages that this run retrieved and kept whole.
func (j *Job) keptNow(plan *Plan) (targets []Target) {
	for _, r := range plan.taken {
		if entry, _ := j.Ledger.Lookup(r.Key); entry.IsKept() && !entry.IsGone() && !entry.IsCutShort() {
			targets = append(targets, plan.maildrop.listing.TargetOf(r))
		}
	}
	return targets
}

// recordOwed records that the deletions are due, so that the next run makes up for a
// QUIT that gets no answer.
func (j *Job) recordOwed(targets []Target) error {
	var records []ledger.Record
	for _, t := range targets {
		if entry, _ := j.Ledger.Lookup(t.Key); !entry.IsOwed() {
			records = append(records, ledger.Record{Kind: ledger.Owed, Time: time.Now(), Key: t.Key})
		}
	}
	return j.Ledger.Append(records...)
}

// Delete deletes messages on the server and ends the session. It returns those
// that are deleted for sure; one whose deletion the server refuses is told to
// note and stays.
func (s *Session) Delete(targets []Target, note func(string, ...any)) ([]Target, error) {
	var accepted []Target
	i := 0
	for _, err := range s.Client.Delete(NumbersOf(targets)) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, fmt.Errorf("delete: %w", err)
		}
		if err == nil {
			accepted = append(accepted, targets[i])
		} else {
			note("uid %q is not deleted: %v", shownUIDs(s.secrets, []any{targets[i].UID, err})...)
		}
		i++
	}
	if err := s.Client.Quit(); err != nil {
		return nil, fmt.Errorf("the server may not have deleted anything: %w", err)
	}
	return accepted, nil
}

// RecordDeleted writes down that popfetch deleted these messages on the server.
func RecordDeleted(l *ledger.Ledger, targets []Target) error {
	return recordAll(l, ledger.Deleted, targets)
}

func recordAll(l *ledger.Ledger, kind ledger.Kind, targets []Target) error {
	var records []ledger.Record
	for _, t := range targets {
		records = append(records, ledger.Record{Kind: kind, Time: time.Now(), Key: t.Key})
	}
	return l.Append(records...)
}
