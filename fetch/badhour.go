package fetch

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"popfetch/fetch/pop3"
)

// A BadHourError says that the server refused every message that it was asked for.
// That is held against none of them.
type BadHourError struct {
	Refused int   // messages
	Err     error // the first refusal
}

func (e *BadHourError) Error() string {
	if e.Refused == 1 {
		return fmt.Sprintf("the server gives no message now: %v", e.Err)
	}
	return fmt.Sprintf("the server gives none of %d messages: %v", e.Refused, e.Err)
}

func (e *BadHourError) Unwrap() error { return e.Err }

// Hint tells the way out.
func (e *BadHourError) Hint() string {
	return "usually that passes; the next run tries all of them again"
}

// fewRefused is how many messages may be bad at a time: where a server refuses no
// more, without saying that it is for now, it is taken at its word.
const fewRefused = 2

// maxBadHour is how long an hour may last. After it, messages are remembered as
// failed, so that some that are really bad don't hold up the account for ever.
const maxBadHour = 6 * time.Hour

// badHour returns a *BadHourError if no message came, and the refusals tell that it
// is the server's fault; else nil.
func (p *pump) badHour() error {
	var refusals []failure
	temporary := 0
	for _, f := range p.failed {
		if refused, ok := errors.AsType[*pop3.Error](f.err); ok && refused.Command == "RETR" {
			refusals = append(refusals, f)
			if refused.Temporary() {
				temporary++
			}
		}
	}
	if p.came > 0 || len(refusals) == 0 || !p.isServersFault(refusals, temporary) {
		return nil
	}
	return &BadHourError{len(refusals), refusals[0].err}
}

func (p *pump) isServersFault(refusals []failure, temporary int) bool {
	failing := p.job.Ledger.Summary().Failing
	switch {
	case !failing.IsZero() && time.Since(failing) > maxBadHour:
		return false
	case temporary == len(refusals):
		return true
	case len(refusals) <= fewRefused:
		return false
	}
	for _, f := range refusals {
		if p.job.Ledger.Failure(f.target.Key).Count == 0 {
			return true
		}
	}
	return false
}

// forgiveRefused takes out of those that failed what the server didn't give in a bad hour,
// or hung up at.
func (p *pump) forgiveRefused() {
	p.failed = slices.Concat(p.plan.failed, slices.DeleteFunc(p.failed[len(p.plan.failed):], func(f failure) bool { return !f.isSkip() }))
}
