package command

import (
	"fmt"
	"slices"
	"strings"
)

// findTwins warns of accounts of the configuration that are for the same server,
// user and mailbox: each has a ledger of its own, so that every message comes
// twice. The advice is by the account's name, each account's in its own words.
func (p *program) findTwins() map[string][]advice {
	file := p.config.Load()
	if file == nil {
		return nil
	}
	names := map[string][]string{}
	for _, a := range file.Accounts {
		names[mailOf(a)] = append(names[mailOf(a)], a.Name)
	}
	twins := map[string][]advice{}
	for _, a := range file.Accounts {
		others := slices.DeleteFunc(slices.Clone(names[mailOf(a)]), func(name string) bool { return name == a.Name })
		if len(others) > 0 {
			twins[a.Name] = []advice{newWarning("take one of them out of the configuration",
				"the account %s is for the same server, user and mailbox: every message comes twice", others[0])}
		}
	}
	return twins
}

// mailOf is the same for two accounts that bring the same mail to the same
// place. The port only says how it is come by.
func mailOf(a account) string {
	host := strings.ToLower(strings.TrimSuffix(a.Host, "."))
	return fmt.Sprintf("%q %q %q %q", host, a.User, mailboxName(a), a.Mailbox.Place)
}
