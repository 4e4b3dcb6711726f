package fetch

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// MaildropName names what a server holds for a user, as the ledger does. The two
// usual ports lead to the same; another one may lead to another server.
func MaildropName(server *dial.Server, user string) string {
	host := strings.ToLower(strings.TrimSuffix(server.Name(), "."))
	if server.Port != 110 && server.Port != 995 {
		host = net.JoinHostPort(host, strconv.Itoa(server.Port))
	}
	return user + "@" + host
}

// enterMaildrop has the ledger know whose messages are listed. Where that is another
// maildrop than before, its UIDs say nothing, as they may be the same by chance.
func (j *Job) enterMaildrop(known *ledger.Ledger) error {
	before, now := known.Summary().Maildrop, MaildropName(&j.Server, j.Login.User)
	changed, err := known.EnterMaildrop(now)
	if changed && err == nil {
		j.reportNote("the account's server or user has changed, from %s to %s: telling messages apart by their headers", before, now)
	}
	return err
}

// FindLedger returns that of some ledgers of this server and user that the maildrop
// agrees with, or nil: it knows a message that is listed, or one of the two is empty.
// Of several it is the one that knows most of the messages, the earlier one if they
// know as many. That a login is refused is written into the first.
func (j *Job) FindLedger(ctx context.Context, ledgers []*ledger.Ledger) (best *ledger.Ledger, err error) {
	once := j.askingOnce(ctx)
	once.Ledger, once.Known = nil, ledgers[0]
	best, err = once.findLedger(ctx, ledgers)
	if errors.As(err, new(*pop3.SizesError)) && ctx.Err() == nil {
		once.noSizes = true
		best, err = once.findLedger(ctx, ledgers)
	}
	if err != nil {
		once.Ledger = ledgers[0]
		if recordErr := once.RecordDenied(err); recordErr != nil {
			return nil, recordErr
		}
	}
	return best, err
}

func (j *Job) findLedger(ctx context.Context, ledgers []*ledger.Ledger) (best *ledger.Ledger, err error) {
	s, err := j.Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	most := -1
	for _, l := range ledgers {
		d, err := j.ListMaildrop(s, l, FewSizes, nil)
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return nil, err
		}
		known := d.countKnown()
		if agrees := known > 0 || d.Len() == 0 || l.CountPresent() == 0; agrees && known > most {
			best, most = l, known
		}
	}
	s.Client.QuitWithoutReply()
	return best, nil
}

// countKnown is how many of the messages are known.
func (d *Maildrop) countKnown() (n int) {
	for _, verdict := range d.All() {
		if verdict.IsKnown {
			n++
		}
	}
	return n
}
