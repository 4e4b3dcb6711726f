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
	errs := p.forEachAccount(c.Int("jobs"), accounts, func(a account) error {
		ctx, done := p.beginWork(c.Context, a)
		defer done()
		err := p.inSession(ctx, a, func(s *fetch.Session, job *fetch.Job, known *ledger.Ledger) error {
			job.Ledger = known
			overrideRules(&job.Rules, c)
			plan, err := job.MakePlan(ctx, s)
			if err != nil {
				return err
			}
			s.Client.QuitWithoutReply()
			p.printPlan(c.Bool("json"), a, plan)
			if len(plan.Failed()) > 0 {
				return markShown(errPartial) // they have been named
			}
			return nil
		})
		if err != nil && !errors.Is(err, errPartial) && c.Bool("json") {
			p.PrintResult("%s", outcome{account: titleOf(a), err: err}.toJSON())
		}
		return err
	})
	return markShown(worstError(errs))
}

func (p *program) printPlan(asJSON bool, a account, plan *fetch.Plan) {
	name, secrets, deletions := titleOf(a), p.secretsOf(a), plan.Deletions()
	report := fetch.Report{New: len(plan.Retrieve), Deleted: len(deletions), Skipped: plan.Skip, Failed: plan.Failed(), OnServer: plan.OnServer}
	report.ConcealUIDs(secrets)
	if asJSON {
		p.PrintResult("%s", outcome{account: name, report: report}.toJSON())
		return
	}
	p.reportFailed(name, report.Failed)
	for _, r := range plan.Retrieve {
		p.PrintResult("%s: would fetch %s", name, term.Clean(secrets.ShownName(r.Key.UID())))
	}
	for _, r := range deletions {
		p.PrintResult("%s: would delete %s", name, term.Clean(secrets.ShownName(r.Key.UID())))
	}
	for s := range report.Skipped.All() {
		p.PrintResult("%s: would leave %s: %s", name, term.Clean(s.UID), term.Clean(s.Reason))
	}
	p.PrintResult("%s: would fetch %d, delete %d, leave %d of %s", name,
		len(plan.Retrieve), len(deletions), plan.Skip.Len(), term.FormatCount(plan.OnServer, "message"))
}
