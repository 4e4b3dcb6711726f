package command

import (
	"errors"

	"github.com/urfave/cli/v2"

	"popfetch/command/term"
	"popfetch/fetch"
	"popfetch/store/ledger"
)

// dryRun says for each account what a sync would do, and changes nothing.
func (p *program) dryRun(c *cli.Context, accounts []account) error {
	errs := p.each(c.Int("jobs"), accounts, func(a account) error {
		ctx, done := p.begin(c.Context, a)
		defer done()
		err := p.inSession(ctx, a, func(s *fetch.Session, job *fetch.Job, known *ledger.Ledger) error {
			job.Ledger = known
			override(&job.Rules, c)
			plan, err := job.Plan(ctx, s)
			if err != nil {
				return err
			}
			s.Client.Leave()
			p.tellPlan(c.Bool("json"), a, plan)
			if len(plan.Failed()) > 0 {
				return shown(errPartial) // they have been named
			}
			return nil
		})
		if err != nil && !errors.Is(err, errPartial) && c.Bool("json") {
			p.Result("%s", outcome{account: title(a), err: err}.json())
		}
		return err
	})
	return shown(worst(errs))
}

func (p *program) tellPlan(asJSON bool, a account, plan *fetch.Plan) {
	name, secrets, deletions := title(a), p.secretsOf(a), plan.Deletions()
	report := fetch.Report{New: len(plan.Retrieve), Deleted: len(deletions), Skipped: plan.Skip, Failed: plan.Failed(), OnServer: plan.OnServer}
	report.Conceal(secrets)
	if asJSON {
		p.Result("%s", outcome{account: name, report: report}.json())
		return
	}
	p.tellFailed(name, report.Failed)
	for _, r := range plan.Retrieve {
		p.Result("%s: would fetch %s", name, term.Clean(secrets.ShownName(r.Key.UID())))
	}
	for _, r := range deletions {
		p.Result("%s: would delete %s", name, term.Clean(secrets.ShownName(r.Key.UID())))
	}
	for s := range report.Skipped.All() {
		p.Result("%s: would leave %s: %s", name, term.Clean(s.UID), term.Clean(s.Reason))
	}
	p.Result("%s: would fetch %d, delete %d, leave %d of %s", name,
		len(plan.Retrieve), len(deletions), plan.Skip.Len(), term.Count(plan.OnServer, "message"))
}
