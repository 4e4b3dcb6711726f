package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
)

// A pump reads messages from the connection into batches.
type pump struct {
	job       *Job
	plan      *Plan
	committer *committer
	batch     *batch // nil between batches
	intake    intake
	failed    []failure
	came      int // messages that the server gave, wanted or not
}

// A failure is a message that could not be had this time.
type failure struct {
	target Target
	err    error
}

// isSkip reports whether the message is left on the server on purpose.
func (f failure) isSkip() bool {
	return errors.Is(f.err, errTooLong) || errors.Is(f.err, errTooMany)
}

// transferMessages retrieves what the plan says. The error says why it ended early;
// what was complete by then is kept all the same.
func (j *Job) transferMessages(ctx context.Context, s *Session, plan *Plan, report *Report) error {
	matcher := plan.maildrop.matcher
	matcher.BeginComparing()
	p := &pump{job: j, plan: plan, committer: startCommitter(j.Ledger, j.Mailbox.Promise()), failed: plan.failed}
	p.intake = intake{progress: j.Progress, stopped: &p.committer.stopped, limit: j.Rules.MaxSize}
	p.intake.digester.Fields = matcher.Fields
	err := p.retrieveWanted(ctx, s)
	p.sendBatch()
	kept, commitErr := p.committer.finishBatches()
	report.countNew(kept)
	badHour := p.badHour()
	if badHour != nil {
		p.forgiveRefused()
	}
	if kept.messages > 0 {
		j.reportStep("stored messages: %d (%d bytes)", kept.messages, kept.bytes)
	}
	for _, f := range p.failed {
		if f.isSkip() {
			report.Skipped.addRef(f.target.Ref(), f.err.Error())
		} else {
			report.Failed = append(report.Failed, Failure{UID: f.target.UID, Err: f.err})
		}
	}
	report.Failed = append(report.Failed, p.committer.refused...)
	if errors.As(commitErr, new(*store.Error)) {
		return commitErr
	}
	plan.concludeTransfer()
	if recordErr := errors.Join(j.recordPlan(plan), j.recordFailures(p.failed), j.judgeSizes(plan, report)); recordErr != nil {
		return recordErr
	}
	if isOutOfStep(err) {
		return errors.Join(err, j.mistrustKept(plan), j.suspectCut(plan, report, err))
	}
	return cmp.Or(commitErr, err, badHour)
}

// concludeTransfer takes in what turned out on the way: which messages are known, which of
// them are proved and so may be deleted, and which ways of the server can't be
// believed.
func (p *Plan) concludeTransfer() {
	for _, proved := range p.maildrop.matcher.EndComparing() {
		if isDue(p.rules.Delete, proved.Entry, p.now) {
			p.Delete = append(p.Delete, proved.Target)
		}
	}
	p.maildrop.noteDistrust()
	p.Records = append(p.Records, p.maildrop.DrainRecords()...)
}

// isOutOfStep reports whether the server may have sent one message too many or
// one end of a message too few, so that what came behind it was taken for
// another message than it is: it broke the protocol, or fell silent where
// replies were due.
func isOutOfStep(err error) bool {
	return errors.As(err, new(*pop3.ProtocolError)) || errors.As(err, new(*pop3.TimeoutError))
}

// mistrustKept has the next run compare what this one kept with the headers on the
// server, before it takes any of it for known or deletes it: it records that
// the messages are gone, and messages that are back are recognised anew.
func (j *Job) mistrustKept(plan *Plan) error {
	kept := j.keptNow(plan)
	if len(kept) > 0 {
		j.reportNote("the next run compares what this one kept with the server once more: %d", len(kept))
	}
	return recordAll(j.Ledger, ledger.Gone, kept)
}

// recordFailures remembers which messages could not be had. Of one that may be
// known it isn't said, as that would make the next run fetch it unseen.
func (j *Job) recordFailures(failed []failure) error {
	var records []ledger.Record
	for _, f := range failed {
		if entry, _ := j.Ledger.Lookup(f.target.Key); f.target.Check && entry.IsFetched() {
			continue
		}
		records = append(records, ledger.Record{
			Kind: ledger.Failed, Time: time.Now(), Key: f.target.Key,
			Count: j.Ledger.Failure(f.target.Key).Count + 1, Text: f.err.Error(),
		})
	}
	return j.Ledger.Append(records...)
}

// retrieveWanted retrieves the messages. When the run has to stop, no more are asked for,
// and what is already under way is still taken.
func (p *pump) retrieveWanted(ctx context.Context, s *Session) error {
	refs := p.plan.wantedRefs()
	i := 0
	for m, err := range s.Client.Retrieve(p.numbersUntilStop(ctx, refs)) {
		if m == nil {
			return fmt.Errorf("retrieve messages: %w", err)
		}
		target := p.plan.maildrop.listing.TargetOf(refs[i])
		if err == nil {
			p.came++
			err = p.readIntoBatch(m, target)
		}
		if p.committer.stopped.Load() {
			return nil // nothing can be kept any more; the committer knows why
		}
		f := failure{target, err}
		dead := err != nil && !errors.As(err, new(*pop3.Error)) && !f.isSkip() && !errors.Is(err, errNothing)
		if err != nil && !errors.As(err, new(*store.Error)) && !(dead && ctx.Err() != nil && !isTimeUp(ctx)) {
			p.failed = append(p.failed, f)
		}
		if dead {
			return fmt.Errorf("message %d (uid %q): %w", target.Number, target.UID, err)
		}
		i++
		if p.job.Progress != nil {
			p.job.Progress.Done.Add(1)
		}
	}
	return ctx.Err()
}

// numbersUntilStop yields the numbers of the messages until the run has to stop.
func (p *pump) numbersUntilStop(ctx context.Context, refs []match.Ref) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, r := range refs {
			if ctx.Err() != nil || p.committer.stopped.Load() {
				return
			}
			if r.Check && p.hasEnough() {
				p.leaveRest(refs[i:])
				return
			}
			if isPast(p.job.Rules.Until) {
				p.job.reportNote("time is up: %d messages are left for the next run", len(refs)-i)
				return
			}
			if !yield(p.plan.maildrop.listing.NumberOf(r)) {
				return
			}
		}
	}
}

// readIntoBatch reads one message into the batch, and sends the batch on if it is full.
// It keeps the message only if it is new.
func (p *pump) readIntoBatch(m *pop3.Message, target Target) error {
	if p.batch == nil {
		b, err := p.job.Mailbox.Begin()
		if err != nil {
			return err
		}
		p.batch = &batch{Batch: b, single: p.committer.promise == store.AtLeastOnce, begun: time.Now()}
	}
	known, nothing := false, false
	p.intake.beginMessage(m, func(prints match.Prints) bool {
		matcher := p.plan.maildrop.matcher
		p.plan.arrivals.noteArrival(target, prints.Size)
		nothing = prints.Size == 0 && match.IsShort(target.Size, 0, matcher.Estimates)
		known = !nothing && matcher.CompareContent(target, prints)
		return known || nothing || target.Check && p.hasEnough()
	})
	size, err := p.batch.Append(&p.intake)
	switch {
	case errors.Is(err, errRefused) && nothing:
		return errNothing
	case errors.Is(err, errRefused) && !known:
		return errTooMany
	case errors.Is(err, errRefused):
		return nil
	case errors.Is(err, errTooLong):
		return p.skipRest(m)
	case err != nil:
		return err
	}
	p.plan.taken = append(p.plan.taken, target.Ref())
	p.plan.Records = append(p.plan.Records, p.plan.maildrop.matcher.SupersedeKey(target)...)
	p.batch.addRecord(ledger.Record{
		Key: target.Key, StoredSize: size, WireSize: p.plan.wireSize(target, p.intake.read), Digests: p.intake.prints.Digests,
	})
	if p.batch.isFull() {
		p.sendBatch()
	}
	return nil
}

// leaveRest leaves messages that may be known for another run.
func (p *pump) leaveRest(refs []match.Ref) {
	for _, r := range refs {
		p.failed = append(p.failed, failure{p.plan.maildrop.listing.TargetOf(r), errTooMany})
	}
}

// hasEnough reports whether the run has brought as many messages as it may.
func (p *pump) hasEnough() bool { return isEnough(p.job.Rules, len(p.plan.taken)) }

// maxRest is how much of a message that is too long is read to its end, if
// max_size isn't more.
const maxRest = 16 << 20

// skipRest reads the rest of a message that is too long, to be in step for the
// next one. If it goes on for long, there may be no end.
func (p *pump) skipRest(m *pop3.Message) error {
	switch _, err := io.CopyN(io.Discard, m, max(p.intake.limit, maxRest)); err {
	case io.EOF:
		return errTooLong
	case nil:
		return &pop3.ProtocolError{Command: "RETR", Problem: "larger than max_size, and no end in sight"}
	default:
		return err
	}
}

// sendBatch gives the batch to the committer, and waits while that is busy with the
// two before.
func (p *pump) sendBatch() {
	switch {
	case p.batch == nil:
	case len(p.batch.records) == 0:
		p.batch.Discard() // no message came to its end
	default:
		p.batch.before, p.plan.Records = p.plan.Records, nil
		p.committer.batches <- p.batch
	}
	p.batch = nil
}
