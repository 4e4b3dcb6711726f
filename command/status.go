package command

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/config/secret/conceal"
	"popfetch/fetch"
	"popfetch/store/ledger"
)

func (p *program) statusCommand() *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "tell from the ledger how the accounts are, without the network",
		ArgsUsage: "[ACCOUNT…]",
		Description: "Tells when mail was last fetched, what is kept, what failed and is tried again, what is still to be\n" +
			"deleted on the server, and until when a login has to wait, and why.\n\n" +
			"Exit code 0, whatever the last runs ended with.\n\nExamples:\n  popfetch status\n  popfetch status work --json",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one JSON object a line"}},
		Action: p.status,
	}
}

// A standing is how an account is.
type standing struct {
	Account     string     `json:"account"`
	LastSuccess *time.Time `json:"last_success"`
	LastLogin   *time.Time `json:"last_login"`
	NextLogin   *time.Time `json:"next_login"` // not before it; null means now
	LastError   *string    `json:"last_error"`
	ErrorSince  *time.Time `json:"error_at"`
	Kept        int        `json:"kept"`
	Failed      int        `json:"failed"`
	Owed        int        `json:"deletion_owed"`
	Failures    []failing  `json:"failures"`

	wait string // what the next login waits for
}

// A failing message could not be had so far.
type failing struct {
	UID   string     `json:"uid"`
	Count int        `json:"count"`
	Next  *time.Time `json:"next_try"` // null means by the next run
	Error string     `json:"error"`
}

// maxFailing is how many of them a person is told about.
const maxFailing = 20

func (p *program) status(c *cli.Context) error {
	accounts, err := p.findAccounts(c.Args().Slice())
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		p.Warn("", "no account in %s is enabled", p.config.Load().Path)
		p.PrintNote("", "hint: name one, or set enabled: true")
	}
	now := time.Now()
	var all []standing
	errs := make([]error, len(accounts))
	for i, a := range accounts {
		known, err := p.readLedger(a)
		if err != nil {
			p.reportError(titleOf(a), err)
			errs[i] = err
			continue
		}
		s := standingOf(a, known, now)
		s.concealUIDs(p.secretsOf(a))
		all = append(all, s)
		if c.Bool("json") {
			p.PrintResult("%s", encodeJSON(s))
		}
	}
	if !c.Bool("json") {
		p.printStandings(all, now)
	}
	return markShown(worstError(errs))
}

func standingOf(a account, known *ledger.Ledger, now time.Time) standing {
	summary := known.Summary()
	s := standing{
		Account: titleOf(a), LastSuccess: timeOrNil(summary.Success), LastLogin: timeOrNil(summary.Login),
		ErrorSince: timeOrNil(summary.Error), Failures: []failing{},
	}
	s.NextLogin, s.wait = nextLogin(summary, a, now)
	if !summary.Error.IsZero() {
		s.LastError = &summary.ErrorText
	}
	for key, entry := range known.All() {
		switch {
		case entry.IsFailed():
			s.Failed++
			failure := known.Failure(key)
			if failure.Count == 0 {
				continue // there was no time for it so far
			}
			s.Failures = append(s.Failures, failing{
				key.UID(), failure.Count, timeOrNil(fetch.NextTry(entry, failure, now)), failure.Text,
			})
		case entry.IsKept():
			s.Kept++
		}
		if entry.IsOwed() {
			s.Owed++
		}
	}
	return s
}

// concealUIDs hides UIDs that hold a secret, as far as one is known:
// nobody is asked for the password.
func (s *standing) concealUIDs(secrets *conceal.Concealer) {
	for i := range s.Failures {
		s.Failures[i].UID = secrets.ShownName(s.Failures[i].UID)
	}
}

// nextLogin is when the next login may be tried, or nil, and what it waits for.
func nextLogin(summary ledger.Summary, a account, now time.Time) (next *time.Time, wait string) {
	login, try := summary.NextLogin(now, a.MinInterval), summary.NextTry(now)
	switch {
	case login.IsZero() && try.IsZero():
		return nil, ""
	case try.After(login):
		return &try, fmt.Sprintf("the login was refused %s", timesText(summary.Denials))
	case summary.Delay > a.MinInterval:
		return &login, "the server wants it so"
	default:
		return &login, "min_interval"
	}
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
