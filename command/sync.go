package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/fetch"
	"popfetch/store/ledger"
)

func (p *program) syncCommand() *cli.Command {
	return &cli.Command{
		Name:      "sync",
		Usage:     "fetch new messages of the named accounts, or of every enabled one",
		ArgsUsage: "[ACCOUNT…]",
		Description: "An account may be a URL: pops://user@host is TLS on port 995, pop://user@host is\n" +
			"STLS on port 110, pop+plain://user@host is neither; it wants --maildir or --mbox.\n\n" +
			"Examples:\n  popfetch sync\n  popfetch sync work --limit 100\n  popfetch sync --quiet --max-time 5m\n" +
			"  popfetch sync pops://me@pop.example.org --maildir ~/Mail",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, Usage: "`N` accounts at a time", Value: 4},
			&cli.IntFlag{Name: "limit", Usage: "fetch at most `N` messages of each account", DefaultText: "all"},
			&cli.GenericFlag{Name: "max-time", Usage: "begin no message after `DURATION`, as in 10m", Value: new(duration)},
			&cli.BoolFlag{Name: "delete", Usage: "delete on the server what is fetched, whatever the account says"},
			&cli.BoolFlag{Name: "keep", Usage: "delete nothing on the server, whatever the account says"},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be fetched and deleted"},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object a line for each account"},
			&cli.StringFlag{Name: "progress", Usage: "show bars `WHEN`: auto, always or never", Value: "auto"},
			&cli.GenericFlag{Name: "wait", Usage: "wait `DURATION` for another run of the account to end", Value: new(duration)},
			&cli.StringFlag{Name: "shard", Usage: "take only the accounts that a hash puts in shard `I/N`"},
			&cli.StringFlag{Name: "maildir", Usage: "for an account by URL: the Maildir `DIR`"},
			&cli.StringFlag{Name: "mbox", Usage: "for an account by URL: the mbox `FILE`"},
		},
		Action: p.sync,
	}
}

// An outcome is what became of one account.
type outcome struct {
	account string
	report  fetch.Report
	took    time.Duration
	err     error
	skipped bool // not even tried: its time hasn't come
}

func (p *program) sync(c *cli.Context) error {
	if err := checkSync(c); err != nil {
		return err
	}
	accounts, err := p.accounts(c.Args().Slice())
	if err == nil {
		accounts, err = shard(accounts, c.String("shard"))
	}
	if err == nil {
		err = destinations(accounts, c.String("maildir"), c.String("mbox"))
	}
	if err != nil {
		return err
	}
	if c.Bool("dry-run") {
		return p.dryRun(c, accounts)
	}
	stop := p.showProgress(c.String("progress"))
	defer stop()
	errs := p.each(c.Int("jobs"), accounts, func(a account) error {
		o := p.syncAccount(c.Context, c, a)
		p.tell(c.Bool("json"), o)
		if o.err == nil && len(o.report.Failed) > 0 {
			return errPartial
		}
		return o.err
	})
	if c.Context.Err() != nil {
		return shown(context.Cause(c.Context))
	}
	return shown(worst(errs))
}

func checkSync(c *cli.Context) error {
	switch progress := c.String("progress"); {
	case c.Bool("delete") && c.Bool("keep"):
		return &usageError{"--delete and --keep exclude each other", "give one of them"}
	case c.Int("jobs") < 1:
		return &usageError{"--jobs wants at least 1", ""}
	case c.Int("limit") < 0:
		return &usageError{"--limit takes no negative number", ""}
	case progress != "auto" && progress != "always" && progress != "never":
		return &usageError{fmt.Sprintf("--progress %q", progress), "it is auto, always or never"}
	}
	return nil
}

// each runs do for every account, so many at a time, and returns what they
// ended with in the order of the accounts. A panic is the error of its account
// and doesn't stop the others.
func (p *program) each(jobs int, accounts []account, do func(account) error) []error {
	errs := make([]error, len(accounts))
	slots := make(chan struct{}, jobs)
	var wg sync.WaitGroup
	for i, a := range accounts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = p.caught(a.Name, r)
				}
				<-slots
			}()
			errs[i] = do(a)
		})
	}
	wg.Wait()
	return errs
}

// syncAccount is the whole of one account's sync, under the lock of its ledger.
func (p *program) syncAccount(ctx context.Context, c *cli.Context, a account) (o outcome) {
	o.account = a.Name
	if ctx.Err() != nil {
		o.err = context.Cause(ctx)
		return o
	}
	start := time.Now()
	defer func() { o.took = time.Since(start) }()
	l, err := p.openLedger(a.Name, durationOf(c, "wait"))
	if err != nil {
		o.err = err
		return o
	}
	defer l.Close()
	if next := l.Summary().NextLogin(time.Now(), a.MinInterval); !next.IsZero() {
		who := "min_interval"
		if l.Summary().Delay > a.MinInterval {
			who = "the server"
		}
		p.info(a.Name, "skipped: %s asks for no login before %s", who, next.Format(time.DateTime))
		o.skipped = true
		return o
	}
	if o.err = p.denied(a, l); o.err != nil {
		return o
	}
	o.report, o.err = p.run(ctx, c, a, l)
	summary := ledger.Record{Kind: ledger.Done, Time: time.Now(), Count: o.report.New}
	if o.err != nil {
		summary = ledger.Record{Kind: ledger.RunError, Time: time.Now(), Count: ExitCode(o.err), Text: o.err.Error()}
	}
	if err := l.Append(summary); err != nil && o.err == nil {
		o.err = err
	}
	return o
}

func (p *program) run(ctx context.Context, c *cli.Context, a account, l *ledger.Ledger) (fetch.Report, error) {
	job, err := p.job(a)
	if err != nil {
		return fetch.Report{}, err
	}
	job.Ledger = l
	override(&job.Rules, c)
	if job.Mailbox, err = p.openMailbox(ctx, a, l); err != nil {
		return fetch.Report{}, err
	}
	defer job.Mailbox.Close()
	job.Progress = p.progress.add(a.Name)
	defer p.progress.remove(job.Progress)
	return fetch.Run(ctx, job)
}

// override lets the flags have the last word on the account's rules.
func override(rules *fetch.Rules, c *cli.Context) {
	switch {
	case c.Bool("keep"):
		rules.Delete = fetch.Delete{When: fetch.Never}
	case c.Bool("delete"):
		rules.Delete = fetch.Delete{When: fetch.AtOnce}
	}
	if limit := c.Int("limit"); limit > 0 && (rules.MaxMessages == 0 || limit < rules.MaxMessages) {
		rules.MaxMessages = limit
	}
	if most := durationOf(c, "max-time"); most > 0 {
		rules.Until = time.Now().Add(most)
	}
}

// tell prints what became of an account.
func (p *program) tell(asJSON bool, o outcome) {
	for _, f := range o.report.Failed {
		if errors.Is(o.err, f.Err) {
			continue // that is what ended the session, and comes below
		}
		p.fail(o.account, fmt.Errorf("message with uid %q: %w", f.UID, f.Err))
	}
	for _, uid := range o.report.Again {
		p.warn(o.account, "message with uid %q may be delivered twice: an earlier run ended while it delivered it", uid)
	}
	for _, s := range o.report.Skipped {
		p.info(o.account, "message with uid %q is left on the server: %s", s.UID, s.Reason)
	}
	if o.err != nil && !errors.Is(o.err, errPartial) {
		p.fail(o.account, o.err)
	}
	switch {
	case asJSON:
		p.result("%s", o.json())
	case !p.quiet && !o.skipped && (o.err == nil || o.report.New+o.report.Deleted+len(o.report.Failed) > 0):
		p.result("%s", o)
	}
}

// String is the line that sync prints for an account.
func (o outcome) String() string {
	r := o.report
	messages := "messages"
	if r.New == 1 {
		messages = "message"
	}
	return fmt.Sprintf("%s: %d new %s (%s), %d deleted, %d skipped, %d failed in %s", o.account, r.New, messages,
		sizeText(r.Bytes), r.Deleted, len(r.Skipped), len(r.Failed), seconds(o.took))
}
