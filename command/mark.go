package command

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/fetch"
	"popfetch/store/ledger"
)

func (p *program) markCommand() *cli.Command {
	return &cli.Command{
		Name:      "mark",
		Usage:     "record messages as fetched without fetching them",
		ArgsUsage: "ACCOUNT [UID…]",
		Description: "A marked message is left alone: it is neither fetched nor, by any rule, deleted.\n\n" +
			"Exit code 66: there is no such message.\n\n" +
			"Examples:\n  popfetch mark work --all            # start from now on\n" +
			"  popfetch mark work --unseen 4f1c    # fetch this one again\n" +
			"  popfetch mark work --all --dry-run  # only say which ones",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "all", Usage: "all messages that are on the server now"},
			&cli.BoolFlag{Name: "unseen", Usage: "the other way round: forget that they were fetched"},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be marked"},
		},
		Action: p.mark,
	}
}

func (p *program) mark(c *cli.Context) error {
	account, uids, err := p.oneAccount(c)
	if err != nil {
		return err
	}
	if c.Bool("all") == (len(uids) > 0) {
		return line.NewUsageError("which messages?", "popfetch mark ACCOUNT UID…, or popfetch mark ACCOUNT --all")
	}
	dry := c.Bool("dry-run")
	p.enterSandbox(scope{records: !dry}, account)
	l, err := p.ledgerFor(c.Context, account, dry)
	if err != nil {
		return p.reportOnce(account, err)
	}
	defer l.Close()
	var records []ledger.Record
	switch {
	case c.Bool("unseen"):
		records, err = forgetRecords(l, uids)
	default:
		err = p.inSessionWith(c.Context, account, l, func(s *fetch.Session, job *fetch.Job) (err error) {
			records, err = listedMarks(s, job, l, uids, dry)
			return err
		})
	}
	if err == nil && !dry {
		err = l.Append(stampRecords(records)...)
	}
	switch {
	case err != nil:
	case dry:
		p.printMarks(account, records, c.Bool("unseen"))
	case !p.Quiet:
		p.PrintResult("%s: %s", titleOf(account), markedText(len(records), c.Bool("unseen")))
	}
	return p.reportOnce(account, err)
}

// ledgerFor opens the ledger to be changed, or as it is for who only says what
// would be.
func (p *program) ledgerFor(ctx context.Context, a account, dry bool) (*ledger.Ledger, error) {
	if dry {
		return p.readLedger(a)
	}
	return p.openLedger(ctx, a)
}

// printMarks says what would be marked.
func (p *program) printMarks(a account, records []ledger.Record, unseen bool) {
	name, shown := titleOf(a), p.secretsOf(a).ShownName
	what := "mark"
	if unseen {
		what = "forget"
	}
	for _, r := range records {
		p.PrintResult("%s: would %s %s", name, what, term.Clean(shown(r.Key.UID())))
	}
	p.PrintResult("%s: would %s %s", name, what, term.FormatCount(len(records), "message"))
}

func markedText(n int, unseen bool) string {
	if unseen {
		return term.FormatCount(n, "message") + " will be fetched again"
	}
	return term.FormatCount(n, "message") + " marked as fetched"
}

// listedMarks marks the messages with these UIDs, or all that are listed, as far
// as they aren't known.
func listedMarks(s *fetch.Session, job *fetch.Job, l *ledger.Ledger, uids []string, dry bool) ([]ledger.Record, error) {
	maildrop, err := job.ListMaildrop(s, l, fetch.AllSizes, nil)
	if err != nil {
		return nil, err
	}
	targets := maildrop.Targets()
	if len(uids) > 0 {
		if targets, err = wantedTargets(targets, uids, false, job.Client.Secrets); err != nil {
			return nil, err
		}
	}
	records, err := job.MarkFetched(s, maildrop, targets)
	if err != nil {
		return nil, err
	}
	s.Client.QuitWithoutReply()
	if !dry {
		err = l.Append(maildrop.DrainRecords()...)
	}
	return records, err
}

// forgetRecords forgets the messages with these UIDs, or all.
func forgetRecords(l *ledger.Ledger, uids []string) (records []ledger.Record, err error) {
	wanted := map[string]bool{}
	for _, uid := range uids {
		wanted[uid] = false
	}
	for key := range l.All() {
		uid := key.UID()
		if _, ok := wanted[uid]; ok || len(uids) == 0 {
			wanted[uid] = true
			records = append(records, ledger.Record{Kind: ledger.Forgot, Key: key})
		}
	}
	for uid, found := range wanted {
		if !found {
			return nil, &noMessageError{text: fmt.Sprintf("nothing is known of a message %q", uid)}
		}
	}
	return records, nil
}

// stampRecords gives the records the present time.
func stampRecords(records []ledger.Record) []ledger.Record {
	now := time.Now()
	for i := range records {
		records[i].Time = now
	}
	return records
}
