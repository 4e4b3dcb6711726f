package fetch

import (
	"net"
	"strconv"
	"strings"

	"popfetch/fetch/dial"
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

// enter has the ledger know whose messages are listed. Where that is another
// maildrop than before, its UIDs say nothing, as they may be the same by chance.
func (j *Job) enter(known *ledger.Ledger) error {
	before, now := known.Summary().Maildrop, MaildropName(&j.Server, j.Login.User)
	changed, err := known.Enter(now)
	if changed && err == nil {
		j.note("the account's server or user has changed, from %s to %s: telling messages apart by their headers", before, now)
	}
	return err
}
