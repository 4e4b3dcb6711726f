package command

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/urfave/cli/v2"
)

// A watch syncs accounts again and again, until it is told to stop. The
// goroutine of run is the only one that touches its schedule. It waits for
// nothing but what select waits for, so that its pings prove that it works.
type watch struct {
	schedule   schedule
	jobs       int
	sync       func(account) outcome
	lends      func(account) bool        // see slots
	endLongest func([]account)           // see slots
	reload     func() ([]account, error) // for a hang-up, which ends no run
	hangups    <-chan os.Signal          // nil where there are none
	ping       time.Duration             // how often systemd wants to hear of us, 0 if it doesn't
	notify     func(state string)        // tells systemd
	coming     func(*turn)               // tells when a turn comes next
	status     string                    // what it was told last
}

// An ended is a turn that ended, and how.
type ended struct {
	turn    *turn
	outcome outcome
}

// every syncs the accounts each interval until the context ends.
func (p *program) every(c *cli.Context, accounts []account, s *syncing) error {
	p.answers, p.now = &answers{}, time.Now
	hangups, stop := hangups()
	defer stop()
	w := &watch{
		schedule:   schedule{interval: durationOf(c, "every"), jitter: rand.Float64},
		jobs:       c.Int("jobs"),
		sync:       s.account,
		reload:     func() ([]account, error) { return p.reload(func() ([]account, error) { return p.rechosen(c) }) },
		lends:      p.lends,
		endLongest: p.endLongest,
		hangups:    hangups,
		ping:       pingEvery(),
		notify:     p.notify,
		coming:     func(t *turn) { p.info(title(t.account), "next sync at %s", t.due.Format(time.TimeOnly)) },
	}
	w.run(c.Context, accounts)
	return shown(context.Cause(c.Context))
}

// rechosen are the accounts that the command line means, in a run that may have
// given up what they need.
func (p *program) rechosen(c *cli.Context) ([]account, error) {
	accounts, err := p.chosen(c)
	if err == nil {
		err = p.confined(accounts, syncScope(c))
	}
	return accounts, err
}

// run begins at once. When the context ends it waits for those who are at work,
// who end for the same reason.
func (w *watch) run(ctx context.Context, accounts []account) {
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
			atWork := w.schedule.running()
			busy := busyOf(atWork, w.lends, w.jobs)
			if allLent(atWork, w.jobs) && w.schedule.isWaiting(time.Now()) {
				w.endLongest(atWork)
			}
			for _, t := range w.schedule.begin(time.Now(), w.jobs-busy) {
				busy++
				a := t.account
				work.Go(func() { results <- ended{t, w.sync(a)} })
			}
			timer.Reset(w.schedule.wake(time.Now(), busy >= w.jobs))
		} else if running == 0 {
			return
		}
		w.tell(first, stopped == nil)
		select {
		case e := <-results:
			w.schedule.end(e.turn, e.outcome, time.Now())
			if stopped != nil && !e.turn.gone {
				w.coming(e.turn)
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
func (w *watch) hangup() {
	w.notify(reloading())
	accounts, err := w.reload()
	if err == nil {
		w.schedule.set(accounts, time.Now())
	}
	w.notify("READY=1")
}

// tell tells systemd how it is, where that has changed.
func (w *watch) tell(first, stopping bool) {
	all, running, failing := w.schedule.count()
	status := "STATUS=" + accountCount(all)
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

func accountCount(n int) string {
	if n == 1 {
		return "1 account"
	}
	return fmt.Sprintf("%d accounts", n)
}

// ticks is a ticker, or one that never ticks.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	if every <= 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}
