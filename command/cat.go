package command

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"popfetch/fetch"
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
		Description: "The bytes are those that the server sent, with LF at the line ends. Nothing is\n" +
			"recorded and the messages stay on the server, unless --mark or --delete is given.\n\n" +
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
	var l *ledger.Ledger
	if c.Bool("mark") || c.Bool("delete") {
		if err = p.checkOutput(); err == nil {
			l, err = p.openLedger(account.Name, 0)
		}
		if err != nil {
			return p.failed(account, err)
		}
		defer l.Close()
	}
	return p.failed(account, p.connected(c.Context, account, func(s *fetch.Session) error {
		items, err := s.List(l, false)
		if err != nil {
			return err
		}
		targets, err := wantedTargets(fetch.Targets(items), names, c.Bool("number"), c.Bool("latest"))
		if err != nil {
			return err
		}
		if err := p.write(c, s, targets); err != nil {
			return err
		}
		_, err = p.settle(s, l, account, targets, c.Bool("mark"), c.Bool("delete"))
		return err
	}))
}

func checkCat(c *cli.Context, names []string) error {
	part := c.Bool("headers") || c.Int("lines") >= 0
	switch {
	case c.Bool("latest") == (len(names) > 0):
		return &usageError{"which message?", "popfetch cat ACCOUNT UID, or popfetch cat ACCOUNT --latest"}
	case len(names) > 1 && !c.Bool("mbox"):
		return &usageError{"several messages in one stream need --mbox", "or write them one by one"}
	case c.Bool("mbox") && c.Bool("crlf"):
		return &usageError{"an mbox has no CRLF line ends", "leave out --mbox or --crlf"}
	case part && (c.Bool("delete") || c.Bool("mark")):
		return &usageError{"a part of a message is no reason to mark or delete it", "leave out --headers and --lines"}
	}
	return nil
}

// wantedTargets finds what the arguments name.
func wantedTargets(targets []fetch.Target, names []string, numbers, latest bool) ([]fetch.Target, error) {
	if latest {
		if len(targets) == 0 {
			return nil, &noMessageError{"the maildrop is empty"}
		}
		return targets[len(targets)-1:], nil
	}
	var wanted []fetch.Target
	for _, name := range names {
		found := func(t fetch.Target) bool { return t.UID == name }
		if numbers {
			found = func(t fetch.Target) bool { return strconv.Itoa(t.Number) == name }
		}
		i := slices.IndexFunc(targets, found)
		if i < 0 {
			return nil, &noMessageError{fmt.Sprintf("there is no message %q on the server", name)}
		}
		wanted = append(wanted, targets[i])
	}
	return wanted, nil
}

// write copies the messages to stdout.
func (p *program) write(c *cli.Context, s *fetch.Session, targets []fetch.Target) error {
	out := bufio.NewWriterSize(p.out, 64<<10)
	source := s.Client.Retrieve(fetch.Numbers(targets))
	if lines := max(0, c.Int("lines")); c.Bool("headers") || c.Int("lines") >= 0 {
		source = s.Client.Top(fetch.Numbers(targets), lines)
	}
	var copier store.Copier
	for m, err := range source {
		if refused := (*pop3.Error)(nil); errors.As(err, &refused) && !refused.Temporary() {
			return &noMessageError{fmt.Sprintf("message %d: %v", m.Number, err)}
		}
		if err != nil {
			return err
		}
		var readErr, writeErr error
		switch {
		case c.Bool("mbox"):
			readErr, writeErr = mbox.Write(out, m)
		case c.Bool("crlf"):
			_, readErr = m.WriteTo(out)
			if _, writeErr = out.Write(nil); writeErr != nil {
				readErr = nil // the writer remembers that it was the one to fail
			}
		default:
			_, readErr, writeErr = copier.Copy(out, m)
		}
		if err := errors.Join(readErr, output(writeErr)); err != nil {
			return err
		}
	}
	return output(errors.Join(out.Flush(), p.syncOutput()))
}
