package command

import (
	"fmt"
	"os"
	"time"

	"popfetch/command/term"
	"popfetch/store/ledger"
)

// A deniedError says that the login isn't tried for a while, because the server
// has refused it too often.
type deniedError struct {
	times int
	next  time.Time
	last  string
}

func (e *deniedError) Error() string {
	return fmt.Sprintf("the login was refused %d times in a row, and is not tried before %s: %s",
		e.times, e.next.Format(time.DateTime), e.last)
}

// Hint tells the ways out.
func (*deniedError) Hint() string {
	return "popfetch check tries it at once, as does sync on a terminal, and after a change of the configuration or password_file"
}

// checkDenials returns an error where the account would be locked out if the login
// were tried once more. With a person there, or with something changed that the
// password may come from, it is worth a try.
func (p *program) checkDenials(a account, l *ledger.Ledger) error {
	summary := l.Summary()
	next := summary.NextTry(time.Now())
	if next.IsZero() || isByURL(a) || term.IsTerminal(p.Err) {
		return nil
	}
	since, err := l.LastWritten()
	if err != nil {
		return err
	}
	for _, path := range []string{p.config.Load().Path, a.Password.File} {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(since) {
			return nil
		}
	}
	return &deniedError{summary.Denials, next, summary.ErrorText}
}

// forgiveDenials lets the login be tried again at once, as there is another password,
// or it turned out to be right.
func (p *program) forgiveDenials(a account) error {
	known, err := p.readLedger(a)
	if err != nil || known.Summary().Denials == 0 {
		return err
	}
	state, err := p.openState()
	if err != nil {
		return err
	}
	l, err := ledger.OpenExisting(state, known.Account(), 0)
	if err != nil {
		return err
	}
	defer l.Close()
	return l.Append(ledger.Record{Kind: ledger.Denied, Time: time.Now()})
}
