package auth

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// A mechanism is one way to log in.
type mechanism struct {
	name    string // as the account names it
	clear   bool   // it shows the password to whoever reads the connection
	offered func(pop3.Capabilities) bool
	login   func(c *pop3.Client, user, password string) error
}

// mechanisms are the ways to log in, the best first. USER is the last resort,
// and the only one of which a server may be silent: one without CAPA has it.
var mechanisms = []mechanism{
	{
		name: "plain", clear: true,
		offered: func(caps pop3.Capabilities) bool { return caps.HasSASL(sasl.Plain) },
		login: func(c *pop3.Client, user, password string) error {
			return c.Auth(sasl.NewPlainClient("", user, password), password)
		},
	},
	{
		name: "user", clear: true,
		offered: func(caps pop3.Capabilities) bool {
			return caps.Has(pop3.CapUser) || !caps.Has(pop3.CapSASL)
		},
		login: (*pop3.Client).User,
	},
}

// choose finds the mechanism to log in by: the account's own, offered or not,
// or the best that is offered and doesn't expose the password.
func choose(caps pop3.Capabilities, credentials Credentials) (mechanism, error) {
	auto := credentials.Mechanism == Auto || credentials.Mechanism == ""
	exposed := false
	for _, m := range mechanisms {
		if credentials.Mechanism == m.name || auto && m.offered(caps) {
			if !m.clear || credentials.Protected {
				return m, nil
			}
			exposed = true
		}
	}
	if exposed {
		return mechanism{}, &LoginError{
			Err:  errors.New("the password would cross the network in the clear"),
			hint: "set tls: implicit or tls: starttls; allow_plaintext_auth: true takes the risk",
		}
	}
	if !auto {
		return mechanism{}, &LoginError{Err: fmt.Errorf("this version can't do auth: %s", credentials.Mechanism)}
	}
	return mechanism{}, &LoginError{
		Err: fmt.Errorf("the server offers no mechanism that popfetch knows: %.200q", strings.Join(caps[pop3.CapSASL], " ")),
	}
}
