package command

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/fetch"
	"popfetch/store/ledger"
)

func (p *program) deleteCommand() *cli.Command {
	return &cli.Command{
		Name:      "delete",
		Usage:     "delete messages on the server",
		ArgsUsage: "ACCOUNT [UID…]",
		Description: "Refuses messages that were never fetched, unless --unfetched is given. Asks before\n" +
			"it deletes what wasn't named one by one, or never fetched; --yes answers that.\n\n" +
			"Exit code 65: the server refused to delete some; 66: there is no such message.\n\n" +
			"Examples:\n  popfetch delete work 4f1c 4f1d\n  popfetch delete work --fetched --older-than 30d --yes\n" +
			"  popfetch delete work --fetched --dry-run",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "fetched", Usage: "all messages that were fetched"},
			&cli.GenericFlag{Name: "older-than", Usage: "of those, the ones fetched at least `DURATION` ago, as in 30d", Value: new(line.Duration)},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "don't ask"},
			&cli.BoolFlag{Name: "unfetched", Usage: "delete also what was never fetched"},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be deleted, and ask nothing"},
		},
		Action: p.delete,
	}
}

func (p *program) delete(c *cli.Context) error {
	account, uids, err := p.oneAccount(c)
	if err != nil {
		return err
	}
	if c.IsSet("older-than") && !c.Bool("fetched") {
		return line.NewUsageError("--older-than goes with --fetched", "popfetch delete ACCOUNT --fetched --older-than 30d")
	}
	if c.Bool("fetched") == (len(uids) > 0) {
		return line.NewUsageError("which messages?", "popfetch delete ACCOUNT UID…, or popfetch delete ACCOUNT --fetched")
	}
	dry := c.Bool("dry-run")
	p.enterSandbox(scope{records: !dry}, account)
	l, err := p.ledgerFor(c.Context, account, dry)
	if err != nil {
		return p.reportOnce(account, err)
	}
	defer l.Close()
	return p.reportOnce(account, p.inSessionWith(c.Context, account, l, func(s *fetch.Session, job *fetch.Job) error {
		targets, err := p.chooseTargets(c, s, job, l, account, uids)
		if err != nil {
			return err
		}
		if dry {
			s.Client.QuitWithoutReply()
			p.printDeletions(account, targets)
			return nil
		}
		deleted, err := p.deleteTargets(s, l, account, targets)
		if !p.Quiet && (err == nil || deleted > 0) {
			p.PrintResult("%s: %d deleted", titleOf(account), deleted)
		}
		return err
	}))
}

// printDeletions says what would be deleted.
func (p *program) printDeletions(a account, targets []fetch.Target) {
	shown := p.secretsOf(a).ShownName
	for _, t := range targets {
		p.PrintResult("%s: would delete %s", titleOf(a), term.Clean(shown(t.UID)))
	}
	p.PrintResult("%s: would delete %s", titleOf(a), term.FormatCount(len(targets), "message"))
}

// chooseTargets finds the messages that are meant, and makes sure that the person
// means them. What the ledger knows is believed only of messages that are proved to
// lie in the mailbox.
func (p *program) chooseTargets(c *cli.Context, s *fetch.Session, job *fetch.Job, l *ledger.Ledger, a account, uids []string) ([]fetch.Target, error) {
	maildrop, err := job.ListMaildrop(s, l, fetch.FewSizes, nil)
	if err != nil {
		return nil, err
	}
	var limit time.Time
	if c.IsSet("older-than") {
		limit = time.Now().Add(-line.DurationOf(c, "older-than"))
	}
	targets := keptBefore(maildrop, limit)
	if !c.Bool("fetched") {
		if targets, err = wantedTargets(maildrop.Targets(), uids, false, job.Client.Secrets); err != nil {
			return nil, err
		}
	}
	proved := targets
	if !c.Bool("unfetched") {
		if proved, err = p.proveTargets(s, job, l, maildrop, targets, limit, c.Bool("dry-run")); err != nil {
			return nil, err
		}
	}
	if unproved := withoutTargets(targets, proved); len(unproved) > 0 && !c.Bool("fetched") {
		name := job.Client.Secrets.ShownName(unproved[0].UID)
		if entry, _ := l.Lookup(unproved[0].Key); entry.IsMarked() && entry.StoredSize > 0 { // it may be cut
			return nil, line.NewUsageError(
				fmt.Sprintf("nothing proves that all of message %q was fetched", name),
				"see it with popfetch cat, or give --unfetched")
		}
		return nil, line.NewUsageError(fmt.Sprintf("message %q was never fetched", name), "fetch it with sync, or give --unfetched")
	} else if len(unproved) > 0 {
		p.Warn(titleOf(a), "%s not deleted: nothing proves that all that the server has there was fetched", term.FormatCount(len(unproved), "message"))
	}
	named := !c.Bool("fetched") && !c.Bool("unfetched")
	if len(proved) == 0 || named || c.Bool("yes") || c.Bool("dry-run") {
		return proved, nil
	}
	return p.confirmDeletion(c.Context, a, proved)
}

// proveTargets returns those of the messages that lie in the mailbox, since before the limit, and
// writes down what the ledger has to know of the others.
func (p *program) proveTargets(s *fetch.Session, job *fetch.Job, l *ledger.Ledger, maildrop *fetch.Maildrop, targets []fetch.Target, limit time.Time, dry bool) (proved []fetch.Target, err error) {
	all, err := job.FindProved(s, maildrop, targets)
	if err == nil && !dry {
		err = l.Append(maildrop.DrainRecords()...)
	}
	for _, t := range all {
		if limit.IsZero() || !t.Entry.Since().After(limit) {
			proved = append(proved, t.Target)
		}
	}
	return proved, err
}

// withoutTargets returns the targets that aren't among the others.
func withoutTargets(targets, others []fetch.Target) []fetch.Target {
	return slices.DeleteFunc(slices.Clone(targets), func(t fetch.Target) bool {
		return slices.ContainsFunc(others, func(o fetch.Target) bool { return o.Number == t.Number })
	})
}

// keptBefore returns the messages that were fetched before the limit, zero for none,
// and those that may have been.
func keptBefore(maildrop *fetch.Maildrop, limit time.Time) (old []fetch.Target) {
	for t, v := range maildrop.All() {
		isOld := limit.IsZero() || !v.Entry.Since().After(limit)
		if v.Entry.IsKept() && isOld || v.Ask && !v.IsKnown && !v.Likely {
			old = append(old, t)
		}
	}
	return old
}

// confirmDeletion asks whether the messages are to be deleted. A "no" leaves none.
func (p *program) confirmDeletion(ctx context.Context, a account, targets []fetch.Target) ([]fetch.Target, error) {
	yes, err := askConfirmation(ctx, fmt.Sprintf("Delete %s of %s on the server?", term.FormatCount(len(targets), "message"), titleOf(a)))
	if err != nil || yes {
		return targets, err
	}
	return nil, nil
}

// askConfirmation asks a question on the terminal. Without one, nobody can say yes.
func askConfirmation(ctx context.Context, question string) (yes bool, err error) {
	if !term.IsTerminal(os.Stdin) {
		return false, line.NewUsageError("nobody is there to be asked: "+question, "give --yes")
	}
	fmt.Fprintf(os.Stderr, "%s [y/N] ", question)
	answer, err := term.Await(ctx, func() (string, error) {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n') // the end of stdin is a no
		return line, nil
	})
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", err
}
