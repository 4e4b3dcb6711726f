package command

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/watch"
	"popfetch/config/secret"
)

// syncEvery syncs the accounts each interval until the context ends.
func (p *program) syncEvery(c *cli.Context, accounts []account, s *syncing) error {
	p.answers, p.Now = &answers{}, time.Now
	w := &watch.Watch{
		Interval: line.DurationOf(c, "every"), Jobs: c.Int("jobs"), HasTerminal: secret.HasTerminal(),
		Reload: func() ([]watch.Account, error) {
			accounts, err := p.reloadConfig(func() ([]account, error) { return p.rechosenAccounts(c) })
			return p.watchedAccounts(accounts, s), err
		},
		EndLongest: p.endLongest,
		Unheard:    func(err error) { p.Info("", "tell systemd: %v", err) },
	}
	w.Run(c.Context, p.watchedAccounts(accounts, s))
	return markShown(context.Cause(c.Context))
}

// watchedAccounts are the accounts as a watch wants them.
func (p *program) watchedAccounts(accounts []account, s *syncing) []watch.Account {
	watched := make([]watch.Account, len(accounts))
	for i, a := range accounts {
		watched[i] = watch.Account{
			Name:  a.Name,
			Sync:  func() watch.Outcome { return s.syncAndReport(a).forWatch() },
			Lends: func() bool { return p.isLending(a.Name) },
			Next:  func(due time.Time) { p.Info(titleOf(a), "next sync at %s", due.Format(time.TimeOnly)) },
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

// rechosenAccounts are the accounts that the command line means, in a run that may have
// given up what they need.
func (p *program) rechosenAccounts(c *cli.Context) ([]account, error) {
	accounts, err := p.chosenAccounts(c)
	if err == nil {
		err = p.checkRights(accounts, syncScope(c))
	}
	return accounts, err
}
