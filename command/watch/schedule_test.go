package watch

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// eight is when the tests of schedules begin, on both clocks.
var eight = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

func newSchedule(interval time.Duration, names ...string) *schedule {
	s := &schedule{interval: interval, jitter: func() float64 { return 0.5 }}
	s.setAccounts(named(names...), eight)
	return s
}

func named(names ...string) (accounts []Account) {
	for _, name := range names {
		accounts = append(accounts, Account{Name: name, Lends: func() bool { return false }})
	}
	return accounts
}

func begun(turns []*turn) (names []string) {
	for _, t := range turns {
		names = append(names, t.account.Name)
	}
	return names
}

// TestPause holds what failures make of the interval against what is promised:
// twice as long each time, up to 16 intervals or six hours.
func TestPause(t *testing.T) {
	const m, h = time.Minute, time.Hour
	tests := map[time.Duration][]time.Duration{
		5 * m:  {5 * m, 5 * m, 10 * m, 20 * m, 40 * m, 80 * m, 80 * m},
		h:      {h, h, 2 * h, 4 * h, 6 * h, 6 * h},
		24 * h: {24 * h, 24 * h, 24 * h},
	}
	for interval, want := range tests {
		var got []time.Duration
		s := &schedule{interval: interval}
		for failures := range want {
			got = append(got, s.pauseAfter(failures))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", interval, diff)
		}
	}
	s := &schedule{interval: time.Minute}
	if got := s.pauseAfter(1 << 30); got != 16*time.Minute {
		t.Errorf("after very many failures %s", got)
	}
}

// TestScheduleEnd lets one sync begin at eight, and end.
func TestScheduleEnd(t *testing.T) {
	tests := []struct {
		name   string
		before int     // failures
		jitter float64 // 0.5 is none
		took   time.Duration
		end    Outcome
		due    time.Duration // since eight
		after  int
	}{
		{"well", 0, 0.5, 20 * time.Second, WentWell, 10 * time.Minute, 0},
		{"early", 0, 0, 20 * time.Second, WentWell, 9 * time.Minute, 0},
		{"late", 0, 1, 20 * time.Second, WentWell, 11 * time.Minute, 0},
		{"longer than the interval", 0, 0.5, time.Hour, WentWell, time.Hour + LeastInterval, 0},
		{"first failure", 0, 0.5, time.Second, Failed, 10 * time.Minute, 1},
		{"second failure", 1, 0.5, time.Second, Failed, 20 * time.Minute, 2},
		{"back again", 7, 0.5, time.Second, WentWell, 10 * time.Minute, 0},
		{"skipped", 2, 0.5, 0, Skipped, 20 * time.Minute, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSchedule(10*time.Minute, "work")
			s.jitter = func() float64 { return test.jitter }
			turn := s.beginDue(eight, 1)[0]
			turn.failures = test.before
			s.endTurn(turn, test.end, eight.Add(test.took))
			if due := turn.due.Sub(eight); due != test.due || turn.failures != test.after {
				t.Errorf("due after %s with %d failures, want %s and %d", due, turn.failures, test.due, test.after)
			}
		})
	}
}

// TestScheduleOrder lets the one that has waited longest come first, and no more
// than there is room for.
func TestScheduleOrder(t *testing.T) {
	s := newSchedule(10*time.Minute, "a", "b", "c")
	first := s.beginDue(eight, 2)
	if diff := cmp.Diff([]string{"a", "b"}, begun(first)); diff != "" {
		t.Fatal(diff)
	}
	if again := s.beginDue(eight, 0); len(again) > 0 {
		t.Errorf("begun without room: %v", begun(again))
	}
	for _, turn := range first {
		s.endTurn(turn, WentWell, eight.Add(time.Minute))
	}
	if diff := cmp.Diff([]string{"c", "a", "b"}, begun(s.beginDue(eight.Add(time.Hour), 3))); diff != "" {
		t.Error(diff)
	}
}

// TestScheduleSet changes the accounts while some are running.
func TestScheduleSet(t *testing.T) {
	s := newSchedule(time.Hour, "stays", "idle", "goes")
	running := s.beginDue(eight, 3)
	s.endTurn(running[1], Failed, eight)
	s.setAccounts(named("idle", "new", "stays"), eight.Add(time.Minute))
	now := eight.Add(time.Minute)
	if diff := cmp.Diff([]string{"idle", "new"}, begun(s.beginDue(now, 9))); diff != "" {
		t.Errorf("at once: %s", diff)
	}
	s.endTurn(running[0], WentWell, now)
	s.endTurn(running[2], WentWell, now)
	if diff := cmp.Diff([]string{"stays"}, begun(s.beginDue(now, 9))); diff != "" {
		t.Errorf("when those at work have ended: %s", diff)
	}
	if all, running, failing := s.countTurns(); all != 3 || running != 3 || failing != 0 {
		t.Errorf("%d accounts, %d at work, %d failing", all, running, failing)
	}
}

// TestReached is about a machine that slept, and a clock that was set.
func TestReached(t *testing.T) {
	now := time.Now() // with both clocks
	due := now.Add(time.Minute)
	slept := now.Round(0).Add(time.Hour) // only the clock on the wall has gone on
	switch {
	case isReached(due, now):
		t.Error("a minute too early")
	case !isReached(due, slept):
		t.Error("not after the sleep")
	case !isReached(due, now.Add(time.Minute)):
		t.Error("not when it is due")
	}
}

// TestWake never waits for longer than until the clock is to be looked at.
func TestWake(t *testing.T) {
	s := newSchedule(time.Hour, "work")
	if got := s.untilWake(eight.Add(time.Second), false); got != 0 {
		t.Errorf("overdue: %s", got)
	}
	if got := s.untilWake(eight.Add(time.Second), true); got != lookAgain {
		t.Errorf("overdue, and no room: %s", got)
	}
	if got := s.untilWake(eight.Add(-5*time.Second), false); got != 5*time.Second {
		t.Errorf("soon due: %s", got)
	}
	if got := s.untilWake(eight.Add(-time.Hour), false); got != lookAgain {
		t.Errorf("due in an hour: %s", got)
	}
	s.beginDue(eight, 1)
	if got := s.untilWake(eight, false); got != lookAgain {
		t.Errorf("all at work: %s", got)
	}
}
