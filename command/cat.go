package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config/secret/conceal"
	"popfetch/fetch"
	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
	"popfetch/store/mbox"
)

func (p *program) catCommand() *cli.Command {
	return &cli.Command{
		Name:      "cat",
		Usage:     "write messages to stdout, changing nothing",
		ArgsUsage: "ACCOUNT [UID…]",
		Description: "The bytes are those that the server sent, with LF at the line ends. A terminal is\n" +
			"shown control characters escaped, unless --raw is given. Nothing is recorded and\n" +
			"the messages stay on the server, unless --mark or --delete is given.\n\n" +
			"Exit code 66: there is no such message.\n\n" +
			"Examples:\n  popfetch cat work 4f1c > message.eml\n" +
			"  popfetch cat work --latest | mail-to-ticket\n" +
			"  popfetch cat work --number 1 --mark --delete > message.eml",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "headers", Usage: "only the header"},
			&cli.IntFlag{Name: "lines", Usage: "only the header and the first `N` lines of the body", Value: -1, DefaultText: "all"},
			&cli.BoolFlag{Name: "number", Usage: "the arguments are message numbers of this session, not UIDs"},
			&cli.BoolFlag{Name: "latest", Usage: "the last message of the listing"},
			&cli.BoolFlag{Name: "mbox", Usage: "as mbox text, which can hold several messages"},
			&cli.BoolFlag{Name: "crlf", Usage: "with CRLF at the line ends, as on the wire"},
			&cli.BoolFlag{Name: "raw", Usage: "on a terminal too, write control characters as they are"},
			&cli.BoolFlag{Name: "mark", Usage: "then record the messages as fetched"},
			&cli.BoolFlag{Name: "delete", Usage: "then delete the messages on the server"},
		},
		Action: p.cat,
	}
}

func (p *program) cat(c *cli.Context) error {
	account, names, err := p.oneAccount(c)
	if err == nil {
		err = checkCat(c, names)
	}
	if err != nil {
		return err
	}
	p.enterSandbox(scope{records: c.Bool("mark") || c.Bool("delete")}, account)
	take := &taking{program: p, account: account, mark: c.Bool("mark"), delete: c.Bool("delete")}
	if err := take.openLedger(c.Context); err != nil {
		return p.reportOnce(account, err)
	}
	defer take.known.Close()
	return p.reportOnce(account, p.inSessionWith(c.Context, account, take.known, func(s *fetch.Session, job *fetch.Job) error {
		maildrop, err := job.ListMaildrop(s, take.known, fetch.FewSizes, nil)
		if err != nil {
			return err
		}
		targets, err := catTargets(c, s, job, maildrop, names)
		if err != nil {
			return err
		}
		if err := p.copyMessages(c, s, targets, take.digestInto(maildrop)); err != nil {
			return err
		}
		return take.recordAndDelete(s, maildrop, targets)
	}))
}

// catTargets finds what the command line names.
func catTargets(c *cli.Context, s *fetch.Session, job *fetch.Job, maildrop *fetch.Maildrop, names []string) ([]fetch.Target, error) {
	targets := maildrop.Targets()
	if !c.Bool("latest") {
		return wantedTargets(targets, names, c.Bool("number"), job.Client.Secrets)
	}
	if len(targets) == 0 {
		return nil, &noMessageError{text: "the maildrop is empty"}
	}
	newestFirst, err := job.IsNewestFirst(s, maildrop)
	if newestFirst {
		return targets[:1], err
	}
	return targets[len(targets)-1:], err
}

func checkCat(c *cli.Context, names []string) error {
	part := c.Bool("headers") || c.Int("lines") >= 0
	switch {
	case c.Bool("latest") == (len(names) > 0):
		return line.NewUsageError("which message?", "popfetch cat ACCOUNT UID, or popfetch cat ACCOUNT --latest")
	case len(names) > 1 && !c.Bool("mbox"):
		return line.NewUsageError("several messages in one stream need --mbox", "or write them one by one")
	case c.Bool("mbox") && c.Bool("crlf"):
		return line.NewUsageError("an mbox has no CRLF line ends", "leave out --mbox or --crlf")
	case part && (c.Bool("delete") || c.Bool("mark")):
		return line.NewUsageError("a part of a message is no reason to mark or delete it", "leave out --headers and --lines")
	}
	return nil
}

// wantedTargets finds what the arguments name.
func wantedTargets(targets []fetch.Target, names []string, numbers bool, secrets *conceal.Concealer) ([]fetch.Target, error) {
	var wanted []fetch.Target
	for _, name := range names {
		t, err := wantedTarget(targets, name, numbers, secrets)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, t)
	}
	return wanted, nil
}

// minPrefix is how short a prefix of a UID may be that stands for it, in characters.
const minPrefix = 4

// wantedTarget finds the message of that UID or, where there is none, the only one
// whose UID begins so.
func wantedTarget(targets []fetch.Target, name string, isNumber bool, secrets *conceal.Concealer) (fetch.Target, error) {
	var prefixed []fetch.Target
	if !isNumber && !slices.ContainsFunc(targets, func(t fetch.Target) bool { return t.UID == name }) {
		name = ledger.ShortUID(name)
	}
	for _, t := range targets {
		switch {
		case isNumber && strconv.Itoa(t.Number) == name, !isNumber && t.UID == name:
			return t, nil
		case !isNumber && len(name) >= minPrefix && strings.HasPrefix(t.UID, name):
			prefixed = append(prefixed, t)
		}
	}
	switch len(prefixed) {
	case 1:
		return prefixed[0], nil
	case 0:
		missing := &noMessageError{text: fmt.Sprintf("there is no message %q on the server", name)}
		if number, err := strconv.Atoi(name); err == nil && !isNumber && number > 0 && number <= len(targets) {
			missing.hint = "if that is a message number, give --number with cat"
		}
		return fetch.Target{}, missing
	}
	return fetch.Target{}, line.NewUsageError(
		fmt.Sprintf("%d UIDs begin with %q", len(prefixed), name),
		fmt.Sprintf("write more of it: %q or %q", secrets.ShownName(prefixed[0].UID), secrets.ShownName(prefixed[1].UID)))
}

// copyMessages copies the messages to stdout, and calls taken after each with what was
// digested.
func (p *program) copyMessages(c *cli.Context, s *fetch.Session, targets []fetch.Target, taken func(fetch.Target, match.Prints)) error {
	out := p.MessageWriter(c.Bool("raw"))
	source := s.Client.Retrieve(fetch.NumbersOf(targets))
	if lines := max(0, c.Int("lines")); c.Bool("headers") || c.Int("lines") >= 0 {
		source = s.Client.Top(fetch.NumbersOf(targets), lines)
	}
	var copier store.Copier
	var digester match.Digester
	i := 0
	for m, err := range source {
		if refused := (*pop3.Error)(nil); errors.As(err, &refused) && !refused.Temporary() {
			return &noMessageError{text: fmt.Sprintf("message %d: %v", m.Number, err)}
		}
		if err != nil {
			return err
		}
		digester.Reset()
		text := io.TeeReader(m, &digester)
		var readErr, writeErr error
		switch {
		case c.Bool("mbox"):
			readErr, writeErr = mbox.Write(out, text)
		case c.Bool("crlf"):
			_, readErr = io.Copy(out, text)
			if _, writeErr = out.Write(nil); writeErr != nil {
				readErr = nil // the writer remembers that it was the one to fail
			}
		default:
			_, readErr, writeErr = copier.Copy(out, text)
		}
		if err := errors.Join(readErr, markOutput(writeErr)); err != nil {
			return err
		}
		taken(targets[i], digester.Prints())
		i++
	}
	return markOutput(errors.Join(out.Flush(), p.SyncOutput()))
}
