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
		ArgsUsage: "[ACCOUNT]",
		Description: "Changes nothing. A message is new, fetched, or failed so far. Where there is only one account,\n" +
			"it needs no name. An empty maildrop is no error.\n\n" +
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
	account, err := p.listAccount(c)
	if err != nil {
		return err
	}
	p.enterSandbox(scope{}, account)
	return p.inSession(c.Context, account, func(s *fetch.Session, job *fetch.Job, known *ledger.Ledger) error {
		maildrop, err := job.ListMaildrop(s, known, fetch.AllSizes, nil)
		if err != nil {
			return err
		}
		rows := listedRows(maildrop, known, c.Bool("new"), p.secretsOf(account).ShownName)
		headers := !c.Bool("no-headers")
		if c.Bool("json") {
			err = p.listJSON(withHeaders(s, rows, headers))
		} else {
			err = p.listTable(withHeaders(s, rows, headers), headers)
		}
		if err == nil {
			s.Client.QuitWithoutReply()
		}
		if err == nil && isEmpty(rows) {
			p.InfoInteractive(titleOf(account), "%s", emptyText(maildrop.Len()))
		}
		return err
	})
}

func isEmpty(rows iter.Seq[listed]) bool {
	for range rows {
		return false
	}
	return true
}

// emptyText says why a list is empty.
func emptyText(messages int) string {
	if messages == 0 {
		return "there are no messages on the server"
	}
	return "nothing is new on the server"
}

// listAccount is the account that is named, or the only enabled one.
func (p *program) listAccount(c *cli.Context) (account, error) {
	if c.Args().Len() > 0 {
		return p.onlyAccount(c)
	}
	accounts, err := p.findAccounts(nil)
	if err != nil || len(accounts) == 1 {
		return append(accounts, account{})[0], err
	}
	return p.onlyAccount(c)
}

// listedRows are the messages of the maildrop, or those that a sync would fetch, with
// what may be shown of their UIDs.
func listedRows(maildrop *fetch.Maildrop, known *ledger.Ledger, onlyNew bool, shown func(uid string) string) iter.Seq[listed] {
	return func(yield func(listed) bool) {
		for t, verdict := range maildrop.All() {
			r := listed{Number: t.Number, UID: shown(t.UID), Size: t.Size, State: "new"}
			if entry, _ := known.Lookup(t.Key); verdict.IsKnown {
				r.State = "fetched"
			} else if entry.IsFailed() {
				r.State = "failed"
			}
			if (!onlyNew || !verdict.IsKnown) && !yield(r) {
				return
			}
		}
	}
}

// headerBlock is how many headers are asked for at once, so that of a large maildrop
// not all rows are held.
const headerBlock = 4096

// withHeaders yields the messages, with what their headers say if it is
// wanted and the server has TOP.
func withHeaders(s *fetch.Session, rows iter.Seq[listed], headers bool) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		var block []listed
		for r := range rows {
			if !headers {
				if !yield(r, nil) {
					return
				}
				continue
			}
			if block = append(block, r); len(block) == headerBlock {
				if !readHeaders(s, block, yield) {
					return
				}
				block = block[:0]
			}
		}
		if len(block) > 0 {
			readHeaders(s, block, yield)
		}
	}
}

// readHeaders yields messages with what their headers say, and reports whether more
// are wanted.
func readHeaders(s *fetch.Session, rows []listed, yield func(listed, error) bool) bool {
	i := 0
	for m, err := range s.Client.Top(numbersOf(rows), 0) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			yield(listed{}, err)
			return false
		}
		r := rows[i]
		i++
		if err == nil {
			r.readHeader(m)
		}
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

func numbersOf(rows []listed) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, r := range rows {
			if !yield(r.Number) {
				return
			}
		}
	}
}

func (p *program) listJSON(rows iter.Seq2[listed, error]) error {
	for r, err := range rows {
		if err != nil {
			return err
		}
		p.PrintResult("%s", encodeJSON(r))
	}
	return nil
}

// inSession opens a session for a command that changes nothing, and the ledger as
// it is.
func (p *program) inSession(ctx context.Context, account account, do func(*fetch.Session, *fetch.Job, *ledger.Ledger) error) error {
	known, err := p.readLedger(account)
	if err == nil {
		err = p.inSessionWith(ctx, account, known, func(s *fetch.Session, job *fetch.Job) error { return do(s, job, known) })
	}
	return p.reportOnce(account, err)
}

// inSessionWith opens a session that is protected as well as those the ledger knows of, and
// ends it when do returns.
func (p *program) inSessionWith(ctx context.Context, account account, known *ledger.Ledger, do func(*fetch.Session, *fetch.Job) error) error {
	job, err := p.newJob(account)
	if err != nil {
		return err
	}
	job.Known = known
	p.warnInsecure(account)
	return inSessionOf(ctx, job, func(s *fetch.Session) error { return do(s, job) })
}

// inSessionOf opens a session for a job, and ends it when do returns.
func inSessionOf(ctx context.Context, job *fetch.Job, do func(*fetch.Session) error) error {
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
