package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/command/watch"
	"popfetch/fetch"
	"popfetch/fetch/auth"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

func (p *program) syncCommand() *cli.Command {
	return &cli.Command{
		Name:      "sync",
		Usage:     "fetch new messages of the named accounts, or of every enabled one",
		ArgsUsage: "[ACCOUNT…]",
		Description: "An account may be a URL: pops://user@host is TLS on port 995, pop://user@host is\n" +
			"STLS on port 110, pop+plain://user@host is neither; it wants --maildir or --mbox, and\n" +
			"where the certificate isn't known --tls-ca-file or --tls-fingerprint.\n\n" +
			"Exit code 65: some messages could not be had, the others were fetched; 75: try again\n" +
			"later. Of several accounts all run, and the first lasting failure decides.\n\n" +
			"Examples:\n  popfetch sync\n  popfetch sync work --limit 100\n  popfetch sync --quiet --max-time 5m\n" +
			"  popfetch sync --every 5m\n  popfetch sync pops://me@pop.example.org --maildir ~/Mail",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, Usage: "`N` accounts at a time", Value: 4},
			&cli.IntFlag{Name: "limit", Usage: "fetch at most `N` messages of each account", DefaultText: "all"},
			&cli.GenericFlag{Name: "max-time", Usage: "begin no message of an account after `DURATION`, as in 10m, and end by twice that", Value: new(line.Duration)},
			&cli.BoolFlag{Name: "delete", Usage: "delete on the server what is fetched, whatever the account says"},
			&cli.BoolFlag{Name: "keep", Usage: "delete nothing on the server, whatever the account says"},
			&cli.BoolFlag{
				Name: "allow-weaker", Usage: "allow a login or TLS weaker than before, which then counts",
				Destination: &p.allowWeaker,
			},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be fetched and deleted"},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object a line for each account"},
			&cli.StringFlag{Name: "progress", Usage: "show bars: `auto|always|never`", Value: "auto"},
			&cli.GenericFlag{Name: "every", Usage: "stay running, and sync each account every `DURATION`, as in 5m", Value: new(line.Duration)},
			&cli.GenericFlag{Name: "wait", Usage: "wait `DURATION` for another run of the account to end", Value: new(line.Duration)},
			&cli.StringFlag{Name: "shard", Usage: "take only the accounts that a hash puts in shard `I/N`"},
			&cli.StringFlag{Name: "maildir", Usage: "for an account by URL: the Maildir `DIR`"},
			&cli.StringFlag{Name: "mbox", Usage: "for an account by URL: the mbox `FILE`"},
		},
		Action: p.sync,
	}
}

// An outcome is what became of one account.
type outcome struct {
	account   string
	report    fetch.Report
	took      time.Duration
	err       error
	skipped   bool   // not even tried: its time hasn't come
	hidden    bool   // the error isn't worth a word yet, or any more
	recovered string // what was told before and is over now; mostly empty
}

func (p *program) sync(c *cli.Context) error {
	if err := checkSync(c); err != nil {
		return err
	}
	accounts, err := p.chosenAccounts(c)
	if err != nil {
		return err
	}
	p.enterSandbox(syncScope(c), accounts...)
	if c.Bool("dry-run") {
		return p.dryRun(c, accounts)
	}
	if !c.IsSet("every") {
		p.Unread = nil // the mail is for the mailbox, not for who reads the output
	}
	stop := p.ShowProgress(c.String("progress"))
	defer stop()
	s := &syncing{p, c, newHooks(c.Context, p, c.Int("jobs"))}
	defer s.hooks.wait()
	if c.IsSet("every") {
		return p.syncEvery(c, accounts, s)
	}
	var all total
	errs := p.forEachAccount(c.Int("jobs"), accounts, func(a account) error {
		o := s.syncAndReport(a)
		all.add(o)
		return o.exitError()
	})
	if c.Context.Err() != nil {
		return markShown(context.Cause(c.Context))
	}
	if len(accounts) > 1 && !p.Quiet && !c.Bool("json") {
		p.printSummary(accounts, errs, &all)
	}
	return markShown(worstError(errs))
}

// syncScope is what a sync does, as far as the sandbox is concerned.
func syncScope(c *cli.Context) scope {
	switch {
	case c.Bool("dry-run"):
		return scope{plans: true}
	case c.IsSet("every"):
		return lastingSync
	default:
		return oneSync
	}
}

// chosenAccounts are the accounts that the command line means.
func (p *program) chosenAccounts(c *cli.Context) ([]account, error) {
	accounts, err := p.findAccounts(c.Args().Slice())
	if err == nil {
		accounts, err = accountsOfShard(accounts, c.String("shard"))
	}
	if err == nil {
		err = setDestinations(accounts, c.String("maildir"), c.String("mbox"))
	}
	for i := range accounts {
		accounts[i] = p.withSharedName(accounts[i])
	}
	return accounts, err
}

// A syncing is what the syncs of a run have in common.
type syncing struct {
	program *program
	flags   *cli.Context
	hooks   *hooks
}

// syncAndReport syncs an account, tells what became of it, and begins what is to
// follow when mail came. A panic is the error of its account.
func (s *syncing) syncAndReport(a account) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o.err = s.program.reportPanic(titleOf(a), r)
		}
	}()
	ctx, done := s.program.beginWork(s.flags.Context, a)
	defer done()
	o = s.program.syncAccount(ctx, s.flags, a)
	s.program.reportOutcome(s.flags.Bool("json"), o)
	s.hooks.startCommand(a, o)
	return o
}

// exitError is what decides the exit code.
func (o outcome) exitError() error {
	if o.err == nil && len(o.report.Failed) > 0 {
		return errPartial
	}
	return o.err
}

func checkSync(c *cli.Context) error {
	switch {
	case c.Bool("delete") && c.Bool("keep"):
		return line.NewUsageError("--delete and --keep exclude each other", "give one of them")
	case c.Int("jobs") < 1:
		return line.NewUsageError("--jobs wants at least 1", "")
	case c.Int("limit") < 0:
		return line.NewUsageError("--limit takes no negative number", "")
	case c.IsSet("every") && c.Bool("dry-run"):
		return line.NewUsageError("--every and --dry-run exclude each other", "give one of them")
	case c.Bool("allow-weaker") && c.NArg() == 0:
		return line.NewUsageError("--allow-weaker is for accounts that are named", "popfetch sync --allow-weaker ACCOUNT")
	case c.Bool("allow-weaker") && c.IsSet("every"):
		return line.NewUsageError("--allow-weaker and --every exclude each other", "give --allow-weaker to one sync")
	case c.IsSet("every") && line.DurationOf(c, "every") < watch.LeastInterval:
		return line.NewUsageError("--every is too short", fmt.Sprintf("it is at least %s", watch.LeastInterval))
	}
	return nil
}

// forEachAccount runs do for every account, so many at a time (see slots), and returns what
// they ended with in the order of the accounts. A panic is the error of its account
// and doesn't stop the others.
func (p *program) forEachAccount(jobs int, accounts []account, do func(account) error) []error {
	errs := make([]error, len(accounts))
	s := newSlots(jobs, p.isLending, p.endLongest)
	var wg sync.WaitGroup
	for i, a := range accounts {
		give := s.takeSlot(i, a.Name)
		wg.Go(func() {
			defer give()
			defer func() {
				if r := recover(); r != nil {
					errs[i] = p.reportPanic(titleOf(a), r)
				}
			}()
			errs[i] = do(a)
		})
	}
	wg.Wait()
	return errs
}

// syncAccount is the whole of one account's sync, under the lock of its ledger.
func (p *program) syncAccount(ctx context.Context, c *cli.Context, a account) (o outcome) {
	o.account = titleOf(a)
	if ctx.Err() != nil {
		o.err = context.Cause(ctx)
		return o
	}
	start := time.Now()
	defer func() { o.took = time.Since(start) }()
	l, err := p.openToSync(ctx, a, line.DurationOf(c, "wait"))
	if l == nil {
		o.err, o.hidden = err, p.isBrieflyHeld(a, err)
		return o
	}
	defer l.Close()
	if early, ok := errors.AsType[*earlyError](err); ok {
		p.InfoInteractive(titleOf(a), "skipped: %v", early)
		o.skipped = true
		return o
	}
	if o.err = err; isError[*deniedError](err) {
		return o
	}
	if err == nil {
		reportStart := p.watchStart(a, l)
		o.report, o.err = p.fetchMail(ctx, c, a, l)
		reportStart()
	}
	if isError[*auth.LoginError](o.err) && !isError[*auth.WeakerError](o.err) && ExitCode(o.err) == exitNoPerm {
		p.answers.forget(a.Name)
	}
	p.recordOutcome(a, l, &o)
	return o
}

func (p *program) fetchMail(ctx context.Context, c *cli.Context, a account, l *ledger.Ledger) (fetch.Report, error) {
	job, err := p.newJob(a)
	if err != nil {
		return fetch.Report{}, err
	}
	p.warnInsecure(a)
	job.Ledger = l
	overrideRules(&job.Rules, c)
	former, err := p.finishFormer(ctx, a, l)
	if err != nil {
		return former, err
	}
	if job.Mailbox, err = p.openMailbox(ctx, a, l); err != nil {
		return former, err
	}
	defer job.Mailbox.Close()
	p.noteDisk(a)
	job.Progress = &fetch.Progress{}
	defer p.ShowBar(titleOf(a), job.Server.Address(), job.Progress.Counts)()
	report, err := fetch.Run(ctx, job)
	report.New += former.New
	report.Bytes += former.Bytes
	report.Again = append(former.Again, report.Again...)
	return report, err
}

// overrideRules lets the flags have the last word on the account's rules.
func overrideRules(rules *rule.Rules, c *cli.Context) {
	switch {
	case c.Bool("keep"):
		rules.Delete = rule.Delete{When: rule.Never}
	case c.Bool("delete"):
		rules.Delete = rule.Delete{When: rule.AtOnce}
	}
	if limit := c.Int("limit"); limit > 0 && (rules.MaxMessages == 0 || limit < rules.MaxMessages) {
		rules.MaxMessages = limit
	}
	if most := line.DurationOf(c, "max-time"); most > 0 {
		rules.Until = time.Now().Add(most)
	}
}

// reportOutcome prints what became of an account.
func (p *program) reportOutcome(asJSON bool, o outcome) {
	if o.report.Adopted > 0 {
		p.Warn(o.account, "all UIDs have changed on the server: recognised %s, not fetching them again", term.FormatCount(o.report.Adopted, "message"))
	}
	p.reportFailed(o.account, slices.DeleteFunc(slices.Clone(o.report.Failed), func(f fetch.Failure) bool {
		return errors.Is(o.err, f.Err) // that is what ended the session, and comes below
	}))
	for _, uid := range o.report.Again {
		p.Warn(o.account, "message with uid %q may be delivered twice: an earlier run ended while it delivered it", uid)
	}
	for _, s := range o.report.Suspect {
		p.Warn(o.account, "message with uid %q may be cut short: %s; it stays on the server", s.UID, s.Reason)
	}
	skips := o.report.Skipped.Failing()
	if p.Verbose {
		skips = o.report.Skipped.All()
	}
	for s := range skips {
		if s.Failing {
			p.Warn(o.account, "message with uid %q is left on the server: %s", s.UID, s.Reason)
			continue
		}
		p.Info(o.account, "message with uid %q is left on the server: %s", s.UID, s.Reason)
	}
	if o.err != nil && !errors.Is(o.err, errPartial) && !o.hidden {
		p.reportError(o.account, o.err)
	}
	if o.recovered != "" {
		p.PrintLine(p.Err, "", term.LinePrefix(o.account)+term.Clean(o.recovered))
	}
	switch {
	case asJSON:
		p.WriteLine(p.Out, o.toJSON())
	case !p.Quiet && !o.skipped && (o.hasEffect() || o.err == nil && (p.Verbose || p.Now == nil)):
		p.PrintResult("%s", o)
	}
}

// hasEffect reports whether a sync came upon anything new.
func (o outcome) hasEffect() bool { return o.report.New+o.report.Deleted+len(o.report.Failed) > 0 }

// reportFailed names the messages that could not be had.
func (p *program) reportFailed(account string, failed []fetch.Failure) {
	for _, f := range failed {
		if f.UID == "" {
			p.reportError(account, f.Err)
		} else {
			p.reportError(account, fmt.Errorf("message with uid %q: %w", f.UID, f.Err))
		}
	}
}

// String is the line that sync prints for an account.
func (o outcome) String() string {
	r := o.report
	return fmt.Sprintf("%s: %s, %d deleted, %d skipped, %d failed in %s",
		o.account, newMessages(r.New, r.Bytes), r.Deleted, r.Skipped.Len(), len(r.Failed), term.FormatSeconds(o.took))
}
