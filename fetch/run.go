package fetch

import (
	"context"
	"errors"
	"strconv"
	"time"

	"popfetch/fetch/auth"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
)

// Run does the job: it finishes what a run that died left behind, lists,
// plans, transfers, deletes and quits. The report counts what was done, with
// an error too. A message that could not be had is in the report and is no
// error. When ctx ends, what is complete is kept before Run returns the cause;
// a fault of the local side is returned rather than that.
func Run(ctx context.Context, j *Job) (report Report, err error) {
	if err := j.repairPending(&report); err != nil {
		return report, err
	}
	ctx, cancel := limitTo(ctx, j.Rules.Until)
	defer cancel()
	j = j.askingOnce(ctx)
	defer func() { report.ConcealUIDs(j.Client.Secrets) }()
	s, err := j.runSession(ctx, &report)
	if s != nil && s.wasDeceived(ctx, err) {
		_, err = j.runSession(ctx, &report)
	}
	if errors.As(err, new(*pop3.SizesError)) && ctx.Err() == nil {
		j.reportNote("the server breaks down at LIST, and isn't asked for sizes any more: %v", err)
		j.noSizes = true
		_, err = j.runSession(ctx, &report)
	}
	return report, err
}

// runSession is all that is done on one connection.
func (j *Job) runSession(ctx context.Context, report *Report) (*Session, error) {
	s, err := j.Connect(ctx)
	if err != nil {
		if recordErr := j.RecordDenied(err); recordErr != nil {
			return nil, recordErr
		}
		return nil, err
	}
	defer s.Close()
	err = j.concealUID(j.syncMaildrop(ctx, s, report))
	if err != nil && s.assumed {
		j.forgetCapabilities()
	}
	if err != nil && ctx.Err() != nil && !errors.As(err, new(*store.Error)) {
		s.Client.QuitWithoutReply() // in order, if the connection still is

		if cause := context.Cause(ctx); !errors.Is(err, cause) || !isTimeUp(ctx) { // which tells the message
			err = cause
		}
	}
	return s, err
}

// RecordDenied counts the logins that were refused: err is why there is no session.
func (j *Job) RecordDenied(err error) error {
	if refused, ok := errors.AsType[*auth.LoginError](err); !ok || !refused.Denied {
		return nil
	}
	count := j.Ledger.Summary().Denials + 1
	return j.Ledger.Append(ledger.Record{Kind: ledger.Denied, Time: time.Now(), Count: count})
}

// syncMaildrop does what there is to do in a session.
func (j *Job) syncMaildrop(ctx context.Context, s *Session, report *Report) error {
	login := ledger.Record{Kind: ledger.Login, Time: time.Now(), Count: loginDelay(s.Before)}
	if err := j.Ledger.Append(append(j.withoutSecrets(j.capabilityRecords(s)), login)...); err != nil {
		return err
	}
	plan, err := j.MakePlan(ctx, s)
	if err != nil {
		return err
	}
	learnt := j.securedRecords(s) // which counts for the maildrop that the ledger now belongs to
	if now := loginDelay(s.Client.Announced()); now > login.Count {
		login.Count = now
		learnt = append(learnt, login)
	}
	if err := j.Ledger.Append(learnt...); err != nil {
		return err
	}
	j.reportStep("listed messages: %d, to fetch: %d", plan.OnServer, len(plan.wantedRefs()))
	report.Skipped, report.OnServer, report.Failed = plan.Skip, plan.OnServer, plan.maildrop.Failed
	if err := j.recordPlan(plan); err != nil {
		return err
	}
	err = j.transferMessages(ctx, s, plan, report)
	report.Adopted = plan.maildrop.matcher.CountMoved()
	if err != nil {
		return err
	}
	return j.deleteDue(s, plan, report)
}

// maxLoginDelay is the longest delay that a server is believed, in seconds.
const maxLoginDelay = 24 * 60 * 60

// loginDelay is how many seconds the server wants between two logins, RFC 2449
// section 6.5. It may only tell after the login.
func loginDelay(caps pop3.Capabilities) int {
	parameters := caps[pop3.CapLoginDelay]
	if len(parameters) == 0 {
		return 0
	}
	seconds, err := strconv.ParseUint(parameters[0], 10, 31)
	if err != nil {
		return 0
	}
	return int(min(seconds, maxLoginDelay))
}

// repairPending finishes what a run that died left behind. It needs no server.
func (j *Job) repairPending(report *Report) error {
	keys, staged := j.Ledger.Pending()
	kept, err := j.Mailbox.Repair(staged)
	if err != nil {
		return err
	}
	records := make([]ledger.Record, len(keys))
	found := tally{}
	for i, key := range keys {
		records[i] = ledger.Record{Kind: ledger.Forgot, Time: time.Now(), Key: key}
		if kept[i] {
			records[i].Kind = ledger.Kept
			entry, _ := j.Ledger.Lookup(key)
			found.add(tally{1, entry.StoredSize})
		} else if j.Mailbox.Promise() == store.AtLeastOnce {
			report.Again = append(report.Again, key.UID())
		}
	}
	if len(keys) > 0 {
		j.reportNote("a run that ended early left %d messages to be finished", len(keys))
	}
	if err := j.Ledger.Append(records...); err != nil {
		return err
	}
	report.countNew(found)
	return nil
}

// recordPlan writes down what the plan knows.
func (j *Job) recordPlan(plan *Plan) error {
	if err := j.Ledger.Append(plan.Records...); err != nil {
		return err
	}
	plan.Records = nil
	for block := range plan.markRecords() {
		if err := j.Ledger.Append(block...); err != nil {
			return err
		}
	}
	plan.isFirst = false
	return nil
}
