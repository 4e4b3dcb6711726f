package command

import (
	"errors"
	"fmt"
	"time"

	"popfetch/command/term"
	"popfetch/store/ledger"
)

// What mostly passes by itself isn't worth a mail from cron. With --quiet an
// account that has an error_grace has such a failure shown once it has lasted
// that long, then no more, and again when it is over. The exit code tells it
// from the start. The ledger knows since when the runs fail, and whether a
// person was told.

// A spell is a time in which the runs of an account fail for what mostly passes.
type spell struct {
	since    time.Time
	reported bool // was a person told
}

// spellOf is the spell that an account is in after one more failure with that
// exit code. What mostly passes begins a new one behind what doesn't; a run that
// was stopped says nothing.
func spellOf(before ledger.Summary, code int, now time.Time) spell {
	switch {
	case !isTemporary(code):
		return spell{before.Failing, before.Told}
	case before.Failing.IsZero(), isLasting(before.ErrorCode), before.Failing.After(now):
		return spell{since: now}
	}
	return spell{before.Failing, before.Told}
}

// isLasting reports whether an exit code stands for something that a person has
// to mend.
func isLasting(code int) bool { return code != exitOK && code < exitSignal && !isTemporary(code) }

// recordOutcome writes down how a run of an account ended, and decides what a person
// is told of it.
func (p *program) recordOutcome(a account, l *ledger.Ledger, o *outcome) {
	before, now := l.Summary(), time.Now()
	if o.err == nil {
		if before.Told && a.ErrorGrace > 0 {
			o.recovered = fmt.Sprintf("works again, after failing since %s: %s",
				before.Failing.Local().Format("2006-01-02 15:04"), before.ErrorText)
		}
		o.err = l.Append(ledger.Record{Kind: ledger.Done, Time: now, Count: o.report.New})
		return
	}
	var records []ledger.Record
	code := ExitCode(o.err)
	s := spellOf(before, code, now)
	if p.hasGrace(a) && isTemporary(code) {
		lasted := now.Sub(s.since) >= a.ErrorGrace
		o.hidden = s.reported || !lasted
		s.reported = s.reported || lasted
	}
	if s != (spell{before.Failing, before.Told}) {
		failing := ledger.Record{Kind: ledger.Failing, Time: s.since}
		if s.reported {
			failing.Count = 1
		}
		records = append(records, failing)
	}
	records = append(records, ledger.Record{Kind: ledger.RunError, Time: now, Count: code, Text: term.PlainError(o.err)})
	if err := l.Append(records...); err != nil {
		// Without the record the next run is as much in the dark as this one,
		// and a failure that nobody is told of is the worse one.
		o.hidden = false
	}
}

// hasGrace reports whether an account's failures are given time to pass.
func (p *program) hasGrace(a account) bool { return p.Quiet && a.ErrorGrace > 0 }

// isBrieflyHeld reports whether it isn't worth a word yet that another run holds the
// account. The ledger is that run's to write, so that the time counts from when
// it began, and whoever meets it later says so each time.
func (p *program) isBrieflyHeld(a account, err error) bool {
	held, ok := errors.AsType[*ledger.InUseError](err)
	return ok && p.hasGrace(a) && !held.Since.IsZero() && time.Since(held.Since) < a.ErrorGrace
}
