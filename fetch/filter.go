package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/fetch/rule"
	"popfetch/store/hint"
)

// A Verdict is what a filter says of a message.
type Verdict int

// Accept has the message fetched, Discard deleted on the server, and Leave left
// there, until the next run asks again.
const (
	Accept Verdict = iota
	Discard
	Leave
)

// A Filter decides about a new message by its header, which it is given with LF
// line ends. An error is about this message alone: it stays on the server, and
// is asked about again later. With a *FilterError there is no use in going on.
type Filter func(ctx context.Context, header io.Reader) (Verdict, error)

// A FilterError says that a filter can't decide about any message.
type FilterError struct{ Err error }

func (e *FilterError) Error() string { return "filter: " + e.Err.Error() }

func (e *FilterError) Unwrap() error { return e.Err }

// applyFilter asks the filter about the messages that would be retrieved, until there
// are as many as a run may bring. Where a message has to be retrieved to tell
// whether it is known, nothing is deleted for the filter's word: it may be one
// that a rule keeps.
func (j *Job) applyFilter(ctx context.Context, s *Session, p *Plan) error {
	if j.Filter == nil {
		return nil
	}
	f := filtering{job: j, plan: p, refs: joinLists(p.Retrieve, p.check)}
	if until := j.Rules.Until; !until.IsZero() { // what is accepted has to be fetched, too
		f.until = time.Now().Add(time.Until(until) / 2)
	}
	p.Retrieve, p.check = nil, nil
	for m, err := range s.Client.Top(f.numbersToAsk(ctx), 0) {
		if err == nil {
			err = f.askFilter(ctx, m)
		}
		switch {
		case errors.As(err, new(*pop3.Error)) && f.done == 0 && !s.Client.Announced().Has(pop3.CapTop):
			return hint.Errorf("do without filter here, and leave the sorting to pipe or to the mail program",
				"the server has no TOP, by which a filter sees headers: %w", err)
		case errors.As(err, new(*pop3.Error)):
			f.addFailure(err)
		case errors.As(err, new(*FilterError)):
			return err
		case err != nil:
			return fmt.Errorf("filter: %w", err)
		}
		f.done++
	}
	p.Skip.addRest(f.refs[f.done:], f.ended)
	return ctx.Err()
}

// filtering is the filter at work.
type filtering struct {
	job    *Job
	plan   *Plan
	refs   []match.Ref
	done   int
	until  time.Time // asks no more after it; zero is no bound
	ended  string    // why the rest is not asked about
	header match.HeaderCopy
}

// numbersToAsk yields those of the messages that are still to be asked about.
func (f *filtering) numbersToAsk(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		for number := range f.plan.numbersOf(f.refs) {
			if ctx.Err() != nil || f.hasEnded() || !yield(number) {
				return
			}
		}
	}
}

// hasEnded reports whether no more messages are asked about: there are as many as
// a run may bring, or the time is up.
func (f *filtering) hasEnded() bool {
	switch {
	case isEnough(f.job.Rules, len(f.plan.Retrieve)):
		f.ended = tooMany
	case isPast(f.until):
		f.ended = "time was up before the filter was asked"
	}
	return f.ended != ""
}

// askFilter asks about the next message. An error ends the session, unless it is the
// server's no to this one.
func (f *filtering) askFilter(ctx context.Context, m *pop3.Message) error {
	r := f.refs[f.done]
	if f.hasEnded() { // headers were asked for ahead
		f.plan.Skip.addRef(r, f.ended)
		return nil
	}
	f.header.Reset()
	if _, err := io.Copy(&f.header, &limited{m, maxTop}); err != nil {
		return err
	}
	header := append(bytes.ReplaceAll(f.header.Text, []byte("\r\n"), []byte("\n")), '\n')
	verdict, err := f.job.Filter(ctx, bytes.NewReader(header))
	if len(f.header.Text) == match.MaxHeader && verdict != Accept {
		f.job.reportNote("the header of uid %q is so large that the filter saw only a part of it, and isn't heeded", r.Key.UID())
		verdict = Accept
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.As(err, new(*FilterError)) {
		return err
	}
	if err != nil {
		f.addFailure(err)
	} else {
		f.followVerdict(r, verdict)
	}
	return nil
}

// followVerdict plans what the filter wants of a message, as far as the rules let it.
func (f *filtering) followVerdict(r match.Ref, verdict Verdict) {
	switch {
	case verdict == Accept && r.Check:
		f.plan.check = append(f.plan.check, r)
	case verdict == Accept:
		f.plan.Retrieve = append(f.plan.Retrieve, r)
	case verdict == Discard && isDistrusted(f.plan.known.Summary().DistrustTOP):
		f.plan.Skip.addRef(r, "the filter would delete it, and the server's TOP can't be believed")
	case verdict == Discard && !r.Check && f.job.Rules.Delete.When != rule.Never:
		f.plan.Delete = append(f.plan.Delete, f.plan.maildrop.listing.TargetOf(r))
	case verdict == Discard:
		f.plan.Skip.addRef(r, "the filter would delete it")
	default:
		f.plan.Skip.addRef(r, "left by the filter")
	}
}

// addFailure has the message fail that is asked about.
func (f *filtering) addFailure(err error) {
	f.plan.failed = append(f.plan.failed, failure{f.plan.maildrop.listing.TargetOf(f.refs[f.done]), fmt.Errorf("filter: %w", err)})
}
