package watch

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A diary is what a watch did, and when.
type diary struct {
	mu    sync.Mutex
	start time.Time
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, time.Since(d.start).String()+" "+line)
}

// A testWatch is a watch of accounts that do what a test says.
type testWatch struct {
	*Watch
	sync  func(name string) Outcome
	lends bool // its slots
	next  func(name string, due time.Time)
}

// newWatch makes a watch that keeps a diary. Each sync takes a second, ends as
// told, and is over at once when the context ends.
func newWatch(ctx context.Context, end func(name string) Outcome) (*testWatch, *diary) {
	d := &diary{start: time.Now()}
	return &testWatch{
		Watch: &Watch{
			Jobs:     2,
			schedule: schedule{interval: time.Minute, jitter: func() float64 { return 0.5 }},
			notify:   func(string) {},
		},
		sync: func(name string) Outcome {
			d.write(name)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				d.write(name + " stopped")
			}
			return end(name)
		},
		next: func(string, time.Time) {},
	}, d
}

func (w *testWatch) accounts(names ...string) []Account {
	accounts := named(names...)
	for i, a := range accounts {
		accounts[i].Lends = func() bool { return w.lends }
		accounts[i].Sync = func() Outcome { return w.sync(a.Name) }
		accounts[i].Next = func(due time.Time) { w.next(a.Name, due) }
	}
	return accounts
}

func well(string) Outcome { return WentWell }

// watching runs the watch for so long, and lets do happen meanwhile.
func watching(t *testing.T, limit time.Duration, end func(string) Outcome, names []string, do func(*testWatch, *diary)) *diary {
	t.Helper()
	var d *diary
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		var w *testWatch
		w, d = newWatch(ctx, end)
		do(w, d)
		w.syncUntilDone(ctx, w.accounts(names...))
		d.write("end")
	})
	return d
}

func nothingElse(*testWatch, *diary) {}

// TestEvery syncs at once and then each minute; one that fails is left alone for
// longer and longer, and the others keep their pace.
func TestEvery(t *testing.T) {
	d := watching(t, 9*time.Minute+30*time.Second, func(name string) Outcome {
		if name == "bad" {
			return Failed
		}
		return WentWell
	}, []string{"bad", "good"}, nothingElse)
	var bad, good []string
	for _, line := range d.lines {
		when, name, _ := strings.Cut(line, " ")
		switch name {
		case "bad":
			bad = append(bad, when)
		case "good":
			good = append(good, when)
		}
	}
	if diff := cmp.Diff([]string{"0s", "1m0s", "3m0s", "7m0s"}, bad); diff != "" {
		t.Error(diff)
	}
	want := []string{"0s", "1m0s", "2m0s", "3m0s", "4m0s", "5m0s", "6m0s", "7m0s", "8m0s", "9m0s"}
	if diff := cmp.Diff(want, good); diff != "" {
		t.Error(diff)
	}
}

// TestEveryJobs has no more at work than there may be, and a slow one in the way
// of nobody.
func TestEveryJobs(t *testing.T) {
	d := watching(t, 85*time.Second, well, []string{"slow", "b", "c"}, func(w *testWatch, d *diary) {
		quick := w.sync
		w.sync = func(name string) Outcome {
			if name == "slow" {
				d.write("slow")
				time.Sleep(80 * time.Second)
				return WentWell
			}
			return quick(name)
		}
	})
	want := []string{"0s b", "0s slow", "1s c", "1m0s b", "1m1s c", "1m25s end"}
	sortTies(d.lines)
	if diff := cmp.Diff(want, d.lines); diff != "" {
		t.Error(diff)
	}
}

// TestEveryMakesRoom has two that never end hold the one slot, and what was lent of it: one of
// them is told to end, as a third is due.
func TestEveryMakesRoom(t *testing.T) {
	d := watching(t, 2*time.Minute, well, []string{"a", "b", "c"}, func(w *testWatch, d *diary) {
		quick, ends := w.sync, make(chan bool, 9)
		w.Jobs, w.lends = 1, true
		w.sync = func(name string) Outcome {
			if name == "c" {
				return quick(name)
			}
			d.write(name)
			select {
			case <-ends:
			case <-time.After(2 * time.Minute):
			}
			return WentWell
		}
		w.EndLongest = func(names []string) {
			d.write("end one of " + names[0] + names[1])
			ends <- true
			w.EndLongest = func([]string) {}
		}
	})
	if text := strings.Join(d.lines, "|"); !strings.Contains(text, "end one of ab|") || !strings.Contains(text, " c") {
		t.Error(text)
	}
}

// sortTies orders the two that began at once.
func sortTies(lines []string) {
	if lines[0] > lines[1] {
		lines[0], lines[1] = lines[1], lines[0]
	}
}

// TestEveryStops ends when the context does, and not before those at work.
func TestEveryStops(t *testing.T) {
	var told []string
	d := watching(t, 500*time.Millisecond, well, []string{"work"}, func(w *testWatch, _ *diary) {
		w.notify = func(state string) { told = append(told, state) }
	})
	if diff := cmp.Diff([]string{"0s work", "500ms work stopped", "500ms end"}, d.lines); diff != "" {
		t.Error(diff)
	}
	want := []string{"READY=1\nSTATUS=1 account, 1 at work", "STOPPING=1", "STATUS=stopping"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// TestEveryPings tells that it is alive while a sync takes long and while there is
// nothing to do.
func TestEveryPings(t *testing.T) {
	pings := 0
	watching(t, 65*time.Second, well, []string{"work"}, func(w *testWatch, _ *diary) {
		w.ping = 10 * time.Second
		w.notify = func(state string) {
			if state == "WATCHDOG=1" {
				pings++
			}
		}
	})
	if pings != 6 {
		t.Errorf("%d pings in 65 seconds", pings)
	}
}

// TestEveryTellsWhatComes says of each turn that ended when the next begins.
func TestEveryTellsWhatComes(t *testing.T) {
	d := watching(t, 62*time.Second+500*time.Millisecond, well, []string{"work"}, func(w *testWatch, d *diary) {
		w.next = func(name string, due time.Time) { d.write(name + " again at " + due.Sub(d.start).String()) }
	})
	want := []string{"0s work", "1s work again at 1m0s", "1m0s work", "1m1s work again at 2m0s", "1m2.5s end"}
	if diff := cmp.Diff(want, d.lines); diff != "" {
		t.Error(diff)
	}
}

// TestEveryHangup takes over another configuration at once, and keeps the one
// that there was where the new one can't be had.
func TestEveryHangup(t *testing.T) {
	var told []string
	d := watching(t, 62*time.Second, well, []string{"old"}, func(w *testWatch, _ *diary) {
		hangups := make(chan os.Signal)
		w.hangups = hangups
		go func() {
			time.Sleep(10 * time.Second)
			hangups <- os.Interrupt
			time.Sleep(10 * time.Second)
			hangups <- os.Interrupt
		}()
		times := 0
		w.Reload = func() ([]Account, error) {
			if times++; times == 1 {
				return nil, errors.New("unknown key")
			}
			return w.accounts("new"), nil
		}
		w.notify = func(state string) {
			if !strings.HasPrefix(state, "STATUS=") {
				told = append(told, strings.Split(state, "\n")[0])
			}
		}
	})
	if diff := cmp.Diff([]string{"0s old", "20s new", "1m2s end"}, d.lines); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "STOPPING=1"}, told); diff != "" {
		t.Error(diff)
	}
}
