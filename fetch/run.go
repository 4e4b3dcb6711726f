package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
)

// Run does the job: it finishes what a run that died left behind, lists,
// plans, transfers, deletes and quits. The report counts what was done, with
// an error too. A message that could not be had is in the report and is no
// error. When ctx ends, what is complete is kept before Run returns its error.
func Run(ctx context.Context, j *Job) (report Report, err error) {
	if err := j.repair(&report); err != nil {
		return report, err
	}
	s, err := j.Connect(ctx)
	if err != nil {
		return report, err
	}
	defer s.Close()
	if err := j.Ledger.Append(ledger.Record{Kind: ledger.Login, Time: time.Now()}); err != nil {
		return report, err
	}
	plan, err := j.Plan(s)
	if err != nil {
		return report, err
	}
	report.Skipped, report.OnServer = plan.Skip, plan.OnServer
	if err := j.record(plan); err != nil {
		return report, err
	}
	kept, err := j.transfer(ctx, s, plan, &report)
	if err == nil {
		err = j.delete(s, plan, kept, &report)
	}
	if ctx.Err() != nil && !errors.As(err, new(*store.Error)) {
		s.Client.Quit() // in order, if the connection still is; nothing hangs on it
		return report, context.Cause(ctx)
	}
	return report, err
}

// repair settles what a run that died left behind. It needs no server.
func (j *Job) repair(report *Report) error {
	keys, staged := j.Ledger.Pending()
	kept, err := j.Mailbox.Repair(staged)
	if err != nil {
		return err
	}
	records := make([]ledger.Record, len(keys))
	for i, key := range keys {
		records[i] = ledger.Record{Kind: ledger.Forgot, Time: time.Now(), Key: key}
		if kept[i] {
			records[i].Kind = ledger.Kept
			entry, _ := j.Ledger.Lookup(key)
			report.New++
			report.Bytes += entry.Size
		}
	}
	if len(keys) > 0 {
		j.note("a run that ended early left %d messages to be finished", len(keys))
	}
	return j.Ledger.Append(records...)
}

// Plan lists the maildrop and makes the plan for it.
func (j *Job) Plan(s *Session) (*Plan, error) {
	items, err := s.List(j.Rules.MaxSize > 0)
	if err != nil {
		return nil, err
	}
	plan := NewPlan(items, j.Ledger, j.Rules, time.Now())
	if len(plan.Returned) > 0 {
		if err := j.recognise(s, plan); err != nil {
			return nil, err
		}
	}
	if j.Progress != nil {
		j.Progress.Planned.Store(int64(len(plan.Retrieve)))
	}
	return plan, nil
}

// A NoUIDLError says that the server doesn't tell its messages apart.
type NoUIDLError struct{ Err error }

func (e *NoUIDLError) Error() string { return "the server has no UIDL: " + e.Err.Error() }

func (e *NoUIDLError) Unwrap() error { return e.Err }

// List asks for the listing, with sizes where they are wanted, and for what
// the server can do now that the login is done.
func (s *Session) List(sizes bool) ([]pop3.Item, error) {
	items, err := s.Client.Survey(pop3.Survey{Capabilities: s.Before != nil, UIDs: true, Sizes: sizes})
	refused := (*pop3.Error)(nil)
	if errors.As(err, &refused) && refused.Command == "UIDL" && !s.Client.Announced().Has(pop3.CapUIDL) {
		return nil, &NoUIDLError{Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("list the maildrop: %w", err)
	}
	return items, nil
}

// record writes down what the listing alone tells.
func (j *Job) record(plan *Plan) error {
	now := time.Now()
	var records []ledger.Record
	for _, t := range plan.Mark {
		records = append(records, ledger.Record{Kind: ledger.Marked, Time: now, Key: t.Key})
	}
	for _, t := range plan.Back {
		records = append(records, ledger.Record{Kind: ledger.Back, Time: now, Key: t.Key})
	}
	slices.Sort(plan.Gone)
	for _, key := range plan.Gone {
		records = append(records, ledger.Record{Kind: ledger.Gone, Time: now, Key: key})
	}
	return j.Ledger.Append(records...)
}

// recognise looks at the headers of messages that had vanished and are listed
// again under the UID they had. If the header is the one we know, it was the
// server's bad day. If it is another, the server gave the UID to a new message.
// If nobody can tell, the message is taken for the known one, so that it isn't
// stored twice, and marked, so that it is never deleted unseen.
func (j *Job) recognise(s *Session, plan *Plan) error {
	var header headerCopy
	i := 0
	for m, err := range s.Client.Top(Numbers(plan.Returned), 0) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return fmt.Errorf("read headers: %w", err)
		}
		header.reset()
		t := plan.Returned[i]
		i++
		if err == nil {
			if _, err := m.WriteTo(&header); err != nil {
				return fmt.Errorf("read headers: %w", err)
			}
		}
		entry, _ := j.Ledger.Lookup(t.Key)
		now := fingerprint(header.text)
		switch unknown := (ledger.Fingerprint{}); {
		case now == unknown || entry.Fingerprint == unknown:
			plan.Mark = append(plan.Mark, t)
		case now == entry.Fingerprint:
			plan.Back = append(plan.Back, t)
		default:
			j.note("uid %q was given to another message", t.UID)
			plan.retrieve(t, j.Ledger, j.Rules, time.Now())
		}
	}
	return nil
}
