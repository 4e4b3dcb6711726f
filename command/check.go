package command

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/fetch"
	"popfetch/fetch/dial"
	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "connect, log in, and report what is there",
		ArgsUsage: "[ACCOUNT…]",
		Description: "Fetches and changes nothing. Tells what it found about server, certificate, login, maildrop and\n" +
			"mailbox; and of what isn't as it should be, what to do. With --json that goes to stderr.\n\n" +
			"Exit code 0: a sync would get at the mail, and into the mailbox, whatever there is to be warned of;\n" +
			"78: with --config-only, something is wrong.\n\n" +
			"Examples:\n  popfetch check\n  popfetch check work --json\n  popfetch check --config-only",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "config-only", Usage: "connect nowhere: look at the configuration and what it names"},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object a line"},
		},
		Action: p.check,
	}
}

// findings are what check found out about an account. What it couldn't find out
// is nil.
type findings struct {
	Account      string       `json:"account"`
	Server       string       `json:"server"`
	TLS          *tlsFindings `json:"tls"`
	Auth         *string      `json:"auth"`
	Capabilities []string     `json:"capabilities"`
	Messages     *int         `json:"messages"`
	Bytes        *int64       `json:"bytes"` // nil too if the server tells the size of none
	New          *int         `json:"new"`
	Mailbox      string       `json:"mailbox"`
	Error        *string      `json:"error"`

	account   account
	addresses []string // of the server; none where it is one itself
	remote    string   // the one that was connected to; empty behind a proxy
	state     *tls.ConnectionState
	before    pop3.Capabilities // before the login
	after     pop3.Capabilities // if asked
	asked     bool              // what it can do after the login
	uids      uidFindings
	shown     func(text string) string // what may be shown of what the server says
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
	asJSON := c.Bool("json")
	switch {
	case c.Bool("config-only") && asJSON:
		return line.NewUsageError("--config-only and --json exclude each other", "its exit code tells whether all is right")
	case c.Bool("config-only"):
		return p.checkConfig(c.Args().Slice())
	}
	accounts, err := p.findAccounts(c.Args().Slice())
	if err != nil {
		return err
	}
	p.printAdvice("", true, p.exposedState())
	here := make([]localFindings, len(accounts))
	for i, a := range accounts {
		here[i] = p.checkLocally(a)
	}
	p.enterSandbox(scope{}, accounts...)
	errs := make([]error, len(accounts))
	for i, a := range accounts {
		f, err := p.checkAccount(c.Context, a, here[i])
		f.Error = textOf(err)
		if asJSON {
			p.PrintResult("%s", encodeJSON(f))
		} else {
			p.printFindings(f)
		}
		p.printAdvice(titleOf(a), asJSON, f.allAdvice(time.Now()))
		p.printAdvice(titleOf(a), asJSON, here[i].advice)
		if err != nil {
			p.reportError(titleOf(a), err)
		}
		errs[i] = err
	}
	return markShown(worstError(errs))
}

// localFindings are what there is to say of an account without its server. They are found
// out before the sandbox, in which no folder can be tried out that is only going
// to be made.
type localFindings struct {
	mailbox error // why the mailbox can't be written, where no server tells
	advice  []advice
}

func (p *program) checkLocally(a account) (found localFindings) {
	found.mailbox = inspectDestination(a)
	found.advice = slices.Concat(missingHooks(a), adviceOnMailbox(a), p.exposedLedger(a), p.folderAdvice(a))
	return found
}

// checkAccount finds out about one account. What it found before an error counts.
func (p *program) checkAccount(ctx context.Context, a account, here localFindings) (f findings, err error) {
	f = findings{Account: titleOf(a), Server: a.Address(), Mailbox: mailboxName(a), account: a}
	known, err := p.readLedger(a)
	if err != nil {
		return f, err
	}
	job, err := p.newJob(a)
	if err != nil {
		return f, err
	}
	job.Known = known
	err = inSessionOf(ctx, job, func(s *fetch.Session) error {
		f.noteSession(s)
		maildrop, err := job.ListMaildrop(s, known, fetch.AllSizes, nil)
		if err == nil || errors.As(err, new(*pop3.Error)) { // else the answer to CAPA may be none
			f.after, f.asked = s.Client.Announced(), true
		}
		f.Capabilities = slices.Compact(slices.Sorted(slices.Values(slices.Concat([]string{}, f.shownLines(f.before), f.shownLines(f.after)))))
		if err != nil {
			return err
		}
		s.Client.QuitWithoutReply()
		f.countMessages(maildrop)
		return nil
	})
	if ctx.Err() == nil {
		f.addresses, _ = job.Server.Addresses(ctx) // what keeps us from them is told already
	}
	if err == nil {
		err = p.forgiveDenials(a)
	}
	if err == nil {
		err = here.mailbox
	}
	if err == nil {
		err = askDestination(ctx, a)
	}
	return f, err
}

// noteSession notes what the session told on its way to the login.
func (f *findings) noteSession(s *fetch.Session) {
	f.Auth, f.before, f.state, f.shown = &s.Mechanism, s.Before, s.TLS, s.Client.Redact
	if f.account.Proxy == nil {
		f.remote, _, _ = net.SplitHostPort(s.Remote.String())
	}
	if s.TLS != nil {
		leaf := s.TLS.PeerCertificates[0]
		f.TLS = &tlsFindings{
			Version: tls.VersionName(s.TLS.Version), Cipher: tls.CipherSuiteName(s.TLS.CipherSuite),
			NotAfter: leaf.NotAfter, Fingerprint: dial.PinOf(leaf).String(),
		}
	}
}

// shownLines are the capabilities as a person may see them.
func (f *findings) shownLines(caps pop3.Capabilities) []string {
	lines := caps.Lines()
	for i, line := range lines {
		lines[i] = f.shown(line)
	}
	return lines
}

func (f *findings) countMessages(maildrop *fetch.Maildrop) {
	messages, fresh := maildrop.Len(), 0
	f.Messages, f.New = &messages, &fresh
	size, told := int64(0), messages == 0
	for t, verdict := range maildrop.All() {
		size += max(0, t.Size)
		told = told || t.Size >= 0
		if !verdict.IsKnown {
			fresh++
		}
		f.uids.countUID(t.UID)
	}
	f.uids.twice = maildrop.CountDoubles()
	if told {
		f.Bytes = &size
	}
}

func (u *uidFindings) countUID(uid string) {
	switch {
	case uid == "":
		u.empty++
	case len(uid) > ledger.MaxUID:
		u.long++
	case match.IsOdd(uid):
		u.unprintable++
	}
}
