package command

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/fetch"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "connect, log in, and report what is there",
		ArgsUsage: "[ACCOUNT…]",
		Description: "Fetches and changes nothing. Exit code 0: a sync would get at the mail, and into the mailbox.\n\n" +
			"Examples:\n  popfetch check\n  popfetch check work --json",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one JSON object a line"}},
		Action: p.check,
	}
}

// findings are what check found out about an account.
type findings struct {
	Account      string       `json:"account"`
	Server       string       `json:"server"`
	TLS          *tlsFindings `json:"tls"`
	Auth         string       `json:"auth"`
	Capabilities []string     `json:"capabilities"`
	Messages     int          `json:"messages"`
	Bytes        int64        `json:"bytes"`
	New          int          `json:"new"`
	Mailbox      string       `json:"mailbox"`
	Error        *string      `json:"error"`

	uids uidFindings
}

type tlsFindings struct {
	Version     string    `json:"version"`
	Cipher      string    `json:"cipher"`
	NotAfter    time.Time `json:"not_after"`
	Fingerprint string    `json:"fingerprint"`
}

// uidFindings count UIDs that RFC 1939, section 7, doesn't allow.
type uidFindings struct{ twice, empty, long, unprintable int }

func (p *program) check(c *cli.Context) error {
	accounts, err := p.accounts(c.Args().Slice())
	if err != nil {
		return err
	}
	errs := make([]error, len(accounts))
	for i, a := range accounts {
		f, err := p.examine(c.Context, a)
		f.Error = textOf(err)
		if c.Bool("json") {
			p.result("%s", encode(f))
		} else {
			p.tellFindings(f)
		}
		if err != nil {
			p.fail(a.Name, err)
		}
		errs[i] = err
	}
	return shown(worst(errs))
}

// examine finds out about one account. What it found before an error counts.
func (p *program) examine(ctx context.Context, a account) (f findings, err error) {
	f = findings{Account: a.Name, Server: a.Address(), Capabilities: []string{}, Mailbox: destination(a)}
	known, err := p.readLedger(a.Name)
	if err != nil {
		return f, err
	}
	err = p.connected(ctx, a, func(s *fetch.Session) error {
		f.TLS, f.Auth = examineTLS(s.TLS), s.Mechanism
		items, err := s.List(known, true)
		f.Capabilities = capabilityLines(s)
		if err != nil {
			return err
		}
		s.Client.Leave()
		f.count(items, known)
		return nil
	})
	if err == nil {
		err = p.forgive(a)
	}
	if err == nil {
		err = checkDestination(ctx, a)
	}
	return f, err
}

func examineTLS(state *tls.ConnectionState) *tlsFindings {
	if state == nil {
		return nil
	}
	leaf := state.PeerCertificates[0]
	return &tlsFindings{
		Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite),
		NotAfter: leaf.NotAfter, Fingerprint: dial.PinOf(leaf).String(),
	}
}

func capabilityLines(s *fetch.Session) []string {
	lines := []string{}
	for name, parameters := range s.Client.Announced() {
		lines = append(lines, strings.Join(append([]string{name}, parameters...), " "))
	}
	slices.Sort(lines)
	return lines
}

func (f *findings) count(items []pop3.Item, known *ledger.Ledger) {
	f.Messages = len(items)
	seen := map[string]bool{}
	for _, t := range fetch.Targets(items) {
		f.Bytes += max(0, t.Size)
		if entry, _ := known.Lookup(t.Key); !entry.Fetched() {
			f.New++
		}
		f.uids.examine(t.UID, seen[t.UID])
		seen[t.UID] = true
	}
}

func (u *uidFindings) examine(uid string, seen bool) {
	switch {
	case uid == "":
		u.empty++
	case seen:
		u.twice++
	case len(uid) > 70:
		u.long++
	case strings.ContainsFunc(uid, func(r rune) bool { return r < 0x21 || r > 0x7e }):
		u.unprintable++
	}
}

// certificateSoon is how long before its end a certificate is worth a word.
const certificateSoon = 14 * 24 * time.Hour

func (p *program) tellFindings(f findings) {
	say := func(format string, args ...any) {
		p.result("%s: %s", f.Account, clean(fmt.Sprintf(format, args...)))
	}
	say("server %s", f.Server)
	if f.TLS != nil {
		say("%s, %s, certificate valid until %s", f.TLS.Version, f.TLS.Cipher, f.TLS.NotAfter.Format(time.DateOnly))
		say("certificate %s", f.TLS.Fingerprint)
		if left := time.Until(f.TLS.NotAfter); left < certificateSoon {
			say("the certificate ends in %d days: its owner should renew it", int(left.Hours()/24))
		}
	}
	if f.Auth == "" {
		return
	}
	if f.TLS == nil {
		say("no TLS: anybody on the way can read the mail; use tls: implicit or tls: starttls")
	}
	say("login by %s", f.Auth)
	say("capabilities: %s", strings.Join(f.Capabilities, ", "))
	say("%s (%s), %d new", messages(f.Messages), sizeText(f.Bytes), f.New)
	if u := f.uids; u != (uidFindings{}) {
		say("the server breaks the rules for UIDs: %d twice, %d empty, %d too long, %d unprintable; popfetch copes",
			u.twice, u.empty, u.long, u.unprintable)
	}
	say("mailbox: %s", f.Mailbox)
}
