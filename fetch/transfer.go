package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
)

// A pump reads messages from the connection into batches.
type pump struct {
	job       *Job
	committer *committer
	batch     *batch // nil between batches
	header    headerCopy
	failed    []failure
}

// A failure is a message that could not be had this time.
type failure struct {
	target Target
	err    error
}

// transfer retrieves what the plan says, and returns what of it is kept. The
// error says why it ended early; what is kept is kept all the same.
func (j *Job) transfer(ctx context.Context, s *Session, plan *Plan, report *Report) ([]ledger.Record, error) {
	p := &pump{job: j, committer: startCommitter(j.Ledger)}
	err := p.run(ctx, s, plan.Retrieve)
	if p.batch != nil {
		p.send()
	}
	kept, commitErr := p.committer.finish()
	for _, r := range kept {
		report.New++
		report.Bytes += r.Size
	}
	if commitErr != nil {
		return kept, commitErr
	}
	if recordErr := j.recordFailures(p.failed, report); recordErr != nil {
		return kept, recordErr
	}
	return kept, err
}

// recordFailures remembers which messages could not be had.
func (j *Job) recordFailures(failed []failure, report *Report) error {
	var records []ledger.Record
	for _, f := range failed {
		report.Failed = append(report.Failed, Failure{UID: f.target.UID, Err: f.err})
		records = append(records, ledger.Record{
			Kind: ledger.Failed, Time: time.Now(), Key: f.target.Key,
			Count: j.Ledger.Failure(f.target.Key).Count + 1, Text: f.err.Error(),
		})
	}
	return j.Ledger.Append(records...)
}

// run retrieves the targets. When the run has to stop, no more are asked for,
// and what is already under way is still taken.
func (p *pump) run(ctx context.Context, s *Session, targets []Target) error {
	i := 0
	for m, err := range s.Client.Retrieve(p.numbers(ctx, targets)) {
		if m == nil {
			return err
		}
		target := targets[i]
		if err == nil {
			err = p.take(m, target)
		}
		local := errors.As(err, new(*store.Error))
		if err != nil && !local && ctx.Err() == nil {
			p.failed = append(p.failed, failure{target, err})
		}
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return fmt.Errorf("message %d (uid %q): %w", target.Number, target.UID, err)
		}
		i++
		p.count(func(progress *Progress) { progress.Done.Add(1) })
	}
	return ctx.Err()
}

// numbers yields the numbers of the messages until the run has to stop.
func (p *pump) numbers(ctx context.Context, targets []Target) iter.Seq[int] {
	until := p.job.Rules.Until
	return func(yield func(int) bool) {
		for i, t := range targets {
			if ctx.Err() != nil || p.committer.stopped.Load() {
				return
			}
			if !until.IsZero() && time.Now().After(until) {
				p.job.note("time is up: %d messages are left for the next run", len(targets)-i)
				return
			}
			if !yield(t.Number) {
				return
			}
		}
	}
}

// take reads one message into the batch, and sends the batch on if it is full.
func (p *pump) take(m *pop3.Message, target Target) error {
	if p.batch == nil {
		b, err := p.job.Mailbox.Begin()
		if err != nil {
			return err
		}
		p.batch = &batch{Batch: b, begun: time.Now()}
	}
	p.header.reset()
	size, err := p.batch.Append(io.TeeReader(m, io.MultiWriter(&p.header, meter{p})))
	if errors.As(err, new(*store.Error)) {
		p.batch.Discard()
		p.batch = nil
	}
	if err != nil {
		return err
	}
	p.batch.records = append(p.batch.records, ledger.Record{
		Key: target.Key, Size: size, Fingerprint: fingerprint(p.header.text),
	})
	if p.batch.bytes += size; p.batch.full() {
		p.send()
	}
	return nil
}

// send gives the batch to the committer, and waits while that is busy with the
// two before.
func (p *pump) send() {
	p.committer.batches <- p.batch
	p.batch = nil
}

func (p *pump) count(add func(*Progress)) {
	if p.job.Progress != nil {
		add(p.job.Progress)
	}
}

// A meter counts the bytes that pass.
type meter struct{ pump *pump }

func (w meter) Write(b []byte) (int, error) {
	w.pump.count(func(progress *Progress) { progress.Bytes.Add(int64(len(b))) })
	return len(b), nil
}
