package command

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/fetch"
	"popfetch/store/ledger"
)

func (p *program) statusCommand() *cli.Command {
	return &cli.Command{
		Name:        "status",
		Usage:       "tell from the ledger how the accounts are, without the network",
		ArgsUsage:   "[ACCOUNT…]",
		Description: "Exit code 0, whatever the last runs ended with.\n\nExamples:\n  popfetch status\n  popfetch status work --json",
		Flags:       []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one JSON object a line"}},
		Action:      p.status,
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
	accounts, err := p.accounts(c.Args().Slice())
	if err != nil {
		return err
	}
	errs := make([]error, len(accounts))
	for i, a := range accounts {
		known, err := p.readLedger(a.Name)
		if err != nil {
			p.fail(a.Name, err)
			errs[i] = err
			continue
		}
		s := standingOf(a, known)
		if c.Bool("json") {
			p.result("%s", encode(s))
		} else {
			p.result("%s", s)
		}
	}
	return shown(worst(errs))
}

func standingOf(a account, known *ledger.Ledger) standing {
	summary := known.Summary()
	s := standing{
		Account: a.Name, LastSuccess: timeOrNil(summary.Success), LastLogin: timeOrNil(summary.Login),
		ErrorSince: timeOrNil(summary.Error), Failures: []failing{},
	}
	now := time.Now()
	s.NextLogin = timeOrNil(later(summary.NextLogin(now, a.MinInterval), summary.NextTry(now)))
	if !summary.Error.IsZero() {
		s.LastError = &summary.ErrorText
	}
	for key, entry := range known.All() {
		switch {
		case entry.Failed():
			s.Failed++
			failure := known.Failure(key)
			if failure.Count == 0 {
				continue // there was no time for it so far
			}
			s.Failures = append(s.Failures, failing{
				key.UID(), failure.Count, timeOrNil(fetch.NextTry(entry, failure, now)), failure.Text,
			})
		case entry.Kept():
			s.Kept++
		}
		if entry.Owed() {
			s.Owed++
		}
	}
	return s
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s standing) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: last success %s, %s kept, %d failed", s.Account, when(s.LastSuccess), messages(s.Kept), s.Failed)
	if s.Owed > 0 {
		fmt.Fprintf(&b, ", %s to be deleted on the server", messages(s.Owed))
	}
	if s.NextLogin != nil {
		fmt.Fprintf(&b, ", next login after %s", when(s.NextLogin))
	}
	for _, f := range s.Failures[:min(len(s.Failures), maxFailing)] {
		next := "the next run"
		if f.Next != nil {
			next = "a run after " + when(f.Next)
		}
		fmt.Fprintf(&b, "\n%s: message with uid %q failed %s, %s tries again: %s", s.Account, f.UID, times(f.Count), next, clean(f.Error))
	}
	if s.LastError != nil {
		fmt.Fprintf(&b, "\n%s: last error %s: %s", s.Account, when(s.ErrorSince), clean(*s.LastError))
	}
	return b.String()
}

func when(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Local().Format(time.DateTime)
}
