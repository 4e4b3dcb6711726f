package command

import (
	"context"
	"errors"
	"iter"

	"github.com/urfave/cli/v2"

	"popfetch/fetch"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

func (p *program) listCommand() *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the maildrop: number, UID, size, date, from, subject, state",
		ArgsUsage: "ACCOUNT",
		Description: "Changes nothing. A message is new, fetched, or failed so far. An empty maildrop is no error.\n\n" +
			"Examples:\n  popfetch list work\n  popfetch list work --new --json | jq -r .uid",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "new", Usage: "only what a sync would fetch"},
			&cli.BoolFlag{Name: "no-headers", Usage: "ask for no headers: no date, from and subject"},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object a line"},
		},
		Action: p.list,
	}
}

// A listed is one message as list shows it.
type listed struct {
	Number    int     `json:"number"`
	UID       string  `json:"uid"`
	Size      int64   `json:"size"`
	Date      *string `json:"date"`
	From      *string `json:"from"`
	Subject   *string `json:"subject"`
	MessageID *string `json:"message_id"`
	State     string  `json:"state"`
}

func (p *program) list(c *cli.Context) error {
	account, err := p.onlyAccount(c)
	if err != nil {
		return err
	}
	return p.inSession(c.Context, account, func(s *fetch.Session, known *ledger.Ledger) error {
		items, err := s.List(known, true)
		if err != nil {
			return err
		}
		targets := fetch.Targets(items)
		if c.Bool("new") {
			targets = newOnes(targets, known)
		}
		headers := !c.Bool("no-headers")
		rows := withHeaders(s, targets, known, headers)
		if c.Bool("json") {
			err = p.listJSON(rows)
		} else {
			err = p.listTable(rows, headers)
		}
		if err == nil {
			s.Client.Leave()
		}
		return err
	})
}

func newOnes(targets []fetch.Target, known *ledger.Ledger) (fresh []fetch.Target) {
	for _, t := range targets {
		if entry, _ := known.Lookup(t.Key); !entry.Fetched() {
			fresh = append(fresh, t)
		}
	}
	return fresh
}

// withHeaders yields the messages, with what their headers say if it is
// wanted and the server has TOP.
func withHeaders(s *fetch.Session, targets []fetch.Target, known *ledger.Ledger, headers bool) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		if !headers || len(targets) == 0 {
			for _, t := range targets {
				if !yield(row(t, known), nil) {
					return
				}
			}
			return
		}
		i := 0
		for m, err := range s.Client.Top(fetch.Numbers(targets), 0) {
			if err != nil && !errors.As(err, new(*pop3.Error)) {
				yield(listed{}, err)
				return
			}
			r := row(targets[i], known)
			i++
			if err == nil {
				r.readHeader(m)
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func row(t fetch.Target, known *ledger.Ledger) listed {
	r := listed{Number: t.Number, UID: t.UID, Size: t.Size, State: "new"}
	entry, _ := known.Lookup(t.Key)
	switch {
	case entry.Fetched():
		r.State = "fetched"
	case entry.Failed():
		r.State = "failed"
	}
	return r
}

func (p *program) listJSON(rows iter.Seq2[listed, error]) error {
	for r, err := range rows {
		if err != nil {
			return err
		}
		p.result("%s", encode(r))
	}
	return nil
}

// inSession opens a session for a command that changes nothing, and the ledger
// as it is.
func (p *program) inSession(ctx context.Context, account account, do func(*fetch.Session, *ledger.Ledger) error) error {
	known, err := p.readLedger(account.Name)
	if err == nil {
		err = p.connected(ctx, account, func(s *fetch.Session) error { return do(s, known) })
	}
	return p.failed(account, err)
}

// connected opens a session, and ends it when do returns.
func (p *program) connected(ctx context.Context, account account, do func(*fetch.Session) error) error {
	job, err := p.job(account)
	if err != nil {
		return err
	}
	p.warnInsecure(account)
	return within(ctx, job, do)
}

// within opens a session for a job, and ends it when do returns.
func within(ctx context.Context, job *fetch.Job, do func(*fetch.Session) error) error {
	s, err := job.Connect(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	err = do(s)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
