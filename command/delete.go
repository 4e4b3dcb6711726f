package command

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

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
			&cli.GenericFlag{Name: "older-than", Usage: "of those, the ones fetched at least `DURATION` ago, as in 30d", Value: new(duration)},
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
		return &usageError{"--older-than goes with --fetched", "popfetch delete ACCOUNT --fetched --older-than 30d"}
	}
	if c.Bool("fetched") == (len(uids) > 0) {
		return &usageError{"which messages?", "popfetch delete ACCOUNT UID…, or popfetch delete ACCOUNT --fetched"}
	}
	dry := c.Bool("dry-run")
	l, err := p.ledgerFor(account.Name, dry)
	if err != nil {
		return p.failed(account, err)
	}
	defer l.Close()
	return p.failed(account, p.connected(c.Context, account, func(s *fetch.Session) error {
		targets, err := deletable(c, s, l, account, uids)
		if err != nil {
			return err
		}
		if dry {
			s.Client.Leave()
			p.tellDeletions(account.Name, targets)
			return nil
		}
		deleted, err := p.settle(s, l, account, targets, false, true)
		if !p.quiet && (err == nil || deleted > 0) {
			p.result("%s: %d deleted", account.Name, deleted)
		}
		return err
	}))
}

// tellDeletions says what would be deleted.
func (p *program) tellDeletions(name string, targets []fetch.Target) {
	for _, t := range targets {
		p.result("%s: would delete %s", name, clean(t.UID))
	}
	p.result("%s: would delete %s", name, messages(len(targets)))
}

// deletable finds the messages that are meant, and makes sure that the person
// means them.
func deletable(c *cli.Context, s *fetch.Session, l *ledger.Ledger, a account, uids []string) ([]fetch.Target, error) {
	items, err := s.List(l, false)
	if err != nil {
		return nil, err
	}
	targets := fetch.Targets(items)
	if c.Bool("fetched") {
		targets = keptBefore(targets, l, time.Now().Add(-durationOf(c, "older-than")))
	} else if targets, err = wantedTargets(targets, uids, false, false); err != nil {
		return nil, err
	}
	unfetched := neverFetched(targets, l)
	if len(unfetched) > 0 && !c.Bool("unfetched") {
		return nil, &usageError{
			fmt.Sprintf("message %q was never fetched", unfetched[0].UID),
			"fetch it with sync, or give --unfetched",
		}
	}
	named := !c.Bool("fetched") && len(unfetched) == 0
	if len(targets) == 0 || named || c.Bool("yes") || c.Bool("dry-run") {
		return targets, nil
	}
	return targets, confirm(c.Context, fmt.Sprintf("Delete %s of %s on the server?", messages(len(targets)), a.Name))
}

func keptBefore(targets []fetch.Target, l *ledger.Ledger, limit time.Time) (old []fetch.Target) {
	for _, t := range targets {
		if entry, _ := l.Lookup(t.Key); entry.Kept() && !entry.Since().After(limit) {
			old = append(old, t)
		}
	}
	return old
}

func neverFetched(targets []fetch.Target, l *ledger.Ledger) (unfetched []fetch.Target) {
	for _, t := range targets {
		if entry, _ := l.Lookup(t.Key); !entry.Kept() {
			unfetched = append(unfetched, t)
		}
	}
	return unfetched
}

// confirm asks a question on the terminal. Without one, nobody can say yes.
func confirm(ctx context.Context, question string) error {
	if !isTerminal(os.Stdin) {
		return &usageError{"nobody is there to be asked: " + question, "give --yes"}
	}
	fmt.Fprintf(os.Stderr, "%s [y/N] ", question)
	answer, err := await(ctx, func() (string, error) {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n') // the end of stdin is a no
		return line, nil
	})
	if err != nil {
		return err
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return &usageError{"nothing is deleted", "answer y, or give --yes"}
	}
	return nil
}
