package watch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"popfetch/command/term"
)

// An Account is synced again and again. Its functions are called by any
// goroutine, but Next.
type Account struct {
	Name   string // after a hang-up, one of the same name is the same
	Sync   func() Outcome
	IsIdle func() bool         // reports whether its sync costs nothing by now, so that another may begin
	Next   func(due time.Time) // is told when its next sync comes, once one has ended
}

// Outcome is what became of a sync.
type Outcome int

// The outcomes.
const (
	WentWell Outcome = iota
	Failed
	Skipped // it was not even tried, which makes it neither better nor worse
)

// A Watch syncs accounts again and again, until it is told to stop. The
// goroutine of Run is the only one that touches its schedule. It waits for
// nothing but what select waits for, so that its pings prove that it works.
type Watch struct {
	Interval    time.Duration
	Jobs        int                       // how many accounts are at work at a time, without those that are idle
	HasTerminal bool                      // a terminal controls the program: a hang-up means its end
	Reload      func() ([]Account, error) // for a hang-up, which ends no run
	Unheard     func(error)               // is told why systemd didn't listen

	schedule schedule
	hangups  <-chan os.Signal   // nil where there are none
	ping     time.Duration      // how often systemd wants to hear of us, 0 if it doesn't
	notify   func(state string) // tells systemd
	status   string             // what it was told last
}

// An ended is a turn that ended, and how.
type ended struct {
	turn    *turn
	outcome Outcome
}

// Run syncs the accounts until the context ends.
func (w *Watch) Run(ctx context.Context, accounts []Account) {
	hangups, stop := hangups(w.HasTerminal)
	defer stop()
	w.schedule = schedule{interval: w.Interval, jitter: rand.Float64}
	w.hangups, w.ping, w.notify = hangups, pingEvery(), w.tellSystemd
	w.run(ctx, accounts)
}

// run begins at once. When the context ends it waits for those who are at work,
// who end for the same reason.
func (w *Watch) run(ctx context.Context, accounts []Account) {
	w.schedule.set(accounts, time.Now())
	var work sync.WaitGroup
	defer work.Wait()
	results := make(chan ended)
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	pings, stop := ticks(w.ping)
	defer stop()
	stopped := ctx.Done()
	for first := true; ; first = false {
		_, running, _ := w.schedule.count()
		if stopped != nil {
			busy := w.schedule.busy()
			for _, t := range w.schedule.begin(time.Now(), w.Jobs-busy) {
				busy++
				sync := t.account.Sync
				work.Go(func() { results <- ended{t, sync()} })
			}
			timer.Reset(w.schedule.wake(time.Now(), busy >= w.Jobs))
		} else if running == 0 {
			return
		}
		w.tell(first, stopped == nil)
		select {
		case e := <-results:
			w.schedule.end(e.turn, e.outcome, time.Now())
			if stopped != nil && !e.turn.gone {
				e.turn.account.Next(e.turn.due)
			}
		case <-timer.C:
		case <-w.hangups:
			w.hangup()
		case <-pings:
			w.notify("WATCHDOG=1")
		case <-stopped:
			stopped, w.hangups = nil, nil
			w.notify("STOPPING=1")
		}
	}
}

// hangup takes over the configuration as it is now, or goes on with the one
// that there was; all accounts are synced at once.
func (w *Watch) hangup() {
	w.notify(reloading())
	accounts, err := w.Reload()
	if err == nil {
		w.schedule.set(accounts, time.Now())
	}
	w.notify("READY=1")
}

// tell tells systemd how it is, where that has changed.
func (w *Watch) tell(first, stopping bool) {
	all, running, failing := w.schedule.count()
	status := "STATUS=" + term.Count(all, "account")
	if running > 0 {
		status += fmt.Sprintf(", %d at work", running)
	} else if next := w.schedule.next(); !next.IsZero() {
		status += ", next sync at " + next.Format(time.TimeOnly)
	}
	if failing > 0 {
		status += fmt.Sprintf(", %d failing", failing)
	}
	if stopping {
		status = "STATUS=stopping"
	}
	if first {
		w.notify("READY=1\n" + status)
	} else if status != w.status {
		w.notify(status)
	}
	w.status = status
}

// ticks is a ticker, or one that never ticks.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	if every <= 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}
