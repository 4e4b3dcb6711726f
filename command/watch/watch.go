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
	Name  string // after a hang-up, one of the same name is the same
	Sync  func() Outcome
	Lends func() bool         // reports whether its sync lends its slot to another
	Next  func(due time.Time) // is told when its next sync comes, once one has ended
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
	Jobs        int                       // how many accounts are at work at a time, without those that lend their slots
	EndLongest  func(names []string)      // of those at work, where others wait
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
	hangups, stop := notifyHangups(w.HasTerminal)
	defer stop()
	w.schedule = schedule{interval: w.Interval, jitter: rand.Float64}
	w.hangups, w.ping, w.notify = hangups, pingEvery(), w.notifySystemd
	w.syncUntilDone(ctx, accounts)
}

// syncUntilDone begins at once. When the context ends it waits for those who are at work,
// who end for the same reason.
func (w *Watch) syncUntilDone(ctx context.Context, accounts []Account) {
	w.schedule.setAccounts(accounts, time.Now())
	var work sync.WaitGroup
	defer work.Wait()
	results := make(chan ended)
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	pings, stop := newTicks(w.ping)
	defer stop()
	stopped := ctx.Done()
	for first := true; ; first = false {
		_, atWork, _ := w.schedule.countTurns()
		if stopped != nil {
			running := w.schedule.runningAccounts()
			busy := HeldSlots(len(running), lentBy(running), w.Jobs)
			if AreAllLent(len(running), w.Jobs) && w.schedule.hasWaiting(time.Now()) {
				w.EndLongest(namesOf(running))
			}
			for _, t := range w.schedule.beginDue(time.Now(), w.Jobs-busy) {
				busy++
				sync := t.account.Sync
				work.Go(func() { results <- ended{t, sync()} })
			}
			timer.Reset(w.schedule.untilWake(time.Now(), busy >= w.Jobs))
		} else if atWork == 0 {
			return
		}
		w.reportStatus(first, stopped == nil)
		select {
		case e := <-results:
			w.schedule.endTurn(e.turn, e.outcome, time.Now())
			if stopped != nil && !e.turn.gone {
				e.turn.account.Next(e.turn.due)
			}
		case <-timer.C:
		case <-w.hangups:
			w.reloadAccounts()
		case <-pings:
			w.notify("WATCHDOG=1")
		case <-stopped:
			stopped, w.hangups = nil, nil
			w.notify("STOPPING=1")
		}
	}
}

// reloadAccounts takes over the configuration as it is now, or goes on with the one
// that there was; all accounts are synced at once.
func (w *Watch) reloadAccounts() {
	w.notify(reloadingState())
	accounts, err := w.Reload()
	if err == nil {
		w.schedule.setAccounts(accounts, time.Now())
	}
	w.notify("READY=1")
}

// reportStatus tells systemd how it is, where that has changed.
func (w *Watch) reportStatus(first, stopping bool) {
	all, running, failing := w.schedule.countTurns()
	status := "STATUS=" + term.FormatCount(all, "account")
	if running > 0 {
		status += fmt.Sprintf(", %d at work", running)
	} else if next := w.schedule.nextDue(); !next.IsZero() {
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

// newTicks is a ticker, or one that never ticks.
func newTicks(every time.Duration) (<-chan time.Time, func()) {
	if every <= 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}
