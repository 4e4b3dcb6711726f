package watch

import (
	"slices"
	"time"
)

const (
	// LeastInterval is the shortest time between two syncs of an account.
	LeastInterval = 10 * time.Second

	// mostPause is the longest that failures make of a shorter interval, and
	// mostTimes how many intervals that is at most.
	mostPause = 6 * time.Hour
	mostTimes = 16

	// lookAgain is how often the clock is looked at: a timer stands still while
	// the machine sleeps, and what came due meanwhile is to be done at once.
	lookAgain = 30 * time.Second
)

// A schedule says when which account is synced. Each has its own time: one that
// is slow or fails changes nothing for the others. It asks no clock.
type schedule struct {
	interval time.Duration
	jitter   func() float64 // from 0 up to 1, so that not all the world comes at the same second
	turns    []*turn        // in the order of the configuration
}

// A turn is what the schedule knows of an account.
type turn struct {
	account  Account
	due      time.Time
	running  bool
	again    bool // it came due while it was running
	gone     bool // it isn't wanted any more
	failures int  // in a row
}

// setAccounts makes the schedule one of these accounts, all of them due now. What is
// running goes on, and is due when it has ended.
func (s *schedule) setAccounts(accounts []Account, now time.Time) {
	before := s.turns
	s.turns = nil
	for _, t := range before {
		t.gone = true
	}
	for _, a := range accounts {
		t := &turn{}
		if i := slices.IndexFunc(before, func(t *turn) bool { return t.account.Name == a.Name }); i >= 0 && before[i].running {
			t = before[i]
			t.again = true
		}
		t.account, t.due, t.gone, t.failures = a, now, false, 0
		s.turns = append(s.turns, t)
	}
	for _, t := range before {
		if t.gone && t.running {
			s.turns = append(s.turns, t)
		}
	}
}

// beginDue returns the turns that are due, at most so many, the one that has waited
// longest first. They count as running until endTurn.
func (s *schedule) beginDue(now time.Time, most int) []*turn {
	var ready []*turn
	for _, t := range s.turns {
		if !t.running && isReached(t.due, now) {
			ready = append(ready, t)
		}
	}
	slices.SortStableFunc(ready, func(a, b *turn) int { return a.due.Compare(b.due) })
	ready = ready[:min(len(ready), max(most, 0))]
	for _, t := range ready {
		t.running, t.due = true, now
	}
	return ready
}

// endTurn says when the account comes next: an interval after it began, and later
// after the second failure in a row.
func (s *schedule) endTurn(t *turn, o Outcome, now time.Time) {
	t.running = false
	if t.gone {
		s.turns = slices.DeleteFunc(s.turns, func(other *turn) bool { return other == t })
		return
	}
	switch o {
	case Failed:
		t.failures++
	case WentWell:
		t.failures = 0
	}
	if t.again {
		t.again, t.due = false, now
		return
	}
	pause := time.Duration(float64(s.pauseAfter(t.failures)) * (0.9 + 0.2*s.jitter()))
	t.due = laterOf(t.due.Add(pause), now.Add(LeastInterval))
}

// pauseAfter is the time from sync to sync after so many failures in a row.
func (s *schedule) pauseAfter(failures int) time.Duration {
	pause := s.interval
	for n := 1; n < failures && pause < mostTimes*s.interval && pause < mostPause; n++ {
		pause *= 2
	}
	return max(s.interval, min(pause, mostPause))
}

// untilWake is how long there is nothing to do but for accounts that end, at most
// lookAgain. Full says that no more can be begun.
func (s *schedule) untilWake(now time.Time, full bool) time.Duration {
	next := s.nextDue()
	if full || next.IsZero() {
		return lookAgain
	}
	return min(max(next.Sub(now), 0), lookAgain)
}

// nextDue is when the first of the accounts that aren't running is due, zero if all
// of them are.
func (s *schedule) nextDue() (next time.Time) {
	idle := slices.DeleteFunc(slices.Clone(s.turns), func(t *turn) bool { return t.running })
	if len(idle) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(idle, func(a, b *turn) int { return a.due.Compare(b.due) }).due
}

// countTurns tells how many accounts there are, are running, and failed last.
func (s *schedule) countTurns() (all, running, failing int) {
	for _, t := range s.turns {
		if t.running {
			running++
		}
		if t.failures > 0 {
			failing++
		}
	}
	return len(s.turns), running, failing
}

// runningAccounts are the accounts at work.
func (s *schedule) runningAccounts() (running []Account) {
	for _, t := range s.turns {
		if t.running {
			running = append(running, t.account)
		}
	}
	return running
}

// hasWaiting reports whether an account is due that isn't at work.
func (s *schedule) hasWaiting(now time.Time) bool {
	next := s.nextDue()
	return !next.IsZero() && isReached(next, now)
}

// isReached reports whether the time has come by the clock that stands still in a
// machine that sleeps, or by the one that may be set.
func isReached(due, now time.Time) bool { return !due.After(now) || !due.Round(0).After(now.Round(0)) }

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
