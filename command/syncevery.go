package command

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/watch"
	"popfetch/config/secret"
)

// every syncs the accounts each interval until the context ends.
func (p *program) every(c *cli.Context, accounts []account, s *syncing) error {
	p.answers, p.Now = &answers{}, time.Now
	w := &watch.Watch{
		Interval: line.DurationOf(c, "every"), Jobs: c.Int("jobs"), HasTerminal: secret.HasTerminal(),
		Reload: func() ([]watch.Account, error) {
			accounts, err := p.reload(func() ([]account, error) { return p.rechosen(c) })
			return p.watched(accounts, s), err
		},
		Unheard: func(err error) { p.Info("", "tell systemd: %v", err) },
	}
	w.Run(c.Context, p.watched(accounts, s))
	return shown(context.Cause(c.Context))
}

// watched are the accounts as a watch wants them.
func (p *program) watched(accounts []account, s *syncing) []watch.Account {
	watched := make([]watch.Account, len(accounts))
	for i, a := range accounts {
		watched[i] = watch.Account{
			Name:   a.Name,
			Sync:   func() watch.Outcome { return s.account(a).forWatch() },
			IsIdle: func() bool { return p.isIdle(a) },
			Next:   func(due time.Time) { p.Info(title(a), "next sync at %s", due.Format(time.TimeOnly)) },
		}
	}
	return watched
}

// forWatch is the outcome as far as a watch wants to know it.
func (o outcome) forWatch() watch.Outcome {
	switch {
	case o.skipped:
		return watch.Skipped
	case o.err != nil:
		return watch.Failed
	}
	return watch.WentWell
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
