package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// Credentials are who logs in and by what.
type Credentials struct {
	User string
	// Password is asked once, after the mechanism is chosen and only if it
	// needs one. It may take as long as a person needs.
	Password func(context.Context) (string, error)
	// Mechanism is the account's choice, or Auto.
	Mechanism string
	// Protected says that what is sent can't be read on the way, or that the
	// account doesn't mind.
	Protected bool
}

// Auto stands for the best mechanism that the server offers.
const Auto = "auto"

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
			if strings.ContainsRune(user+password, 0) {
				return errors.New("a NUL in the user name or the password can't be sent")
			}
			return c.Auth(sasl.NewPlainClient("", user, password), password)
		},
	},
	{
		name: "user", clear: true,
		offered: func(caps pop3.Capabilities) bool {
			return caps == nil || caps.Has(pop3.CapUser) || !caps.Has(pop3.CapSASL)
		},
		login: (*pop3.Client).User,
	},
}

// A LoginError says that no login came about.
type LoginError struct {
	Mechanism string // empty if none could be chosen
	Err       error
	hint      string
}

func (e *LoginError) Error() string {
	if e.Mechanism == "" {
		return "login: " + e.Err.Error()
	}
	return fmt.Sprintf("login by %s: %v", e.Mechanism, e.Err)
}

func (e *LoginError) Unwrap() error { return e.Err }

// Hint tells the way out, where there is one.
func (e *LoginError) Hint() string { return e.hint }

// Login logs in and returns the name of the mechanism that did it. An error
// other than a *LoginError means that the connection is dead, or that the
// password couldn't be had.
func Login(ctx context.Context, c *pop3.Client, credentials Credentials) (string, error) {
	m, err := choose(c.Announced(), credentials)
	if err != nil {
		return "", err
	}
	password, err := credentials.Password(ctx)
	if err != nil {
		return "", err
	}
	err = m.login(c, credentials.User, password)
	if refused := (*pop3.Error)(nil); errors.As(err, &refused) {
		return "", &LoginError{Mechanism: m.name, Err: err, hint: refusalHint(refused)}
	}
	if err != nil {
		return "", err
	}
	return m.name, nil
}

func choose(caps pop3.Capabilities, credentials Credentials) (mechanism, error) {
	exposed := false
	for _, m := range mechanisms {
		if credentials.Mechanism == m.name || credentials.Mechanism == Auto && m.offered(caps) {
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
	if credentials.Mechanism != Auto {
		return mechanism{}, &LoginError{Err: fmt.Errorf("this version can't do auth: %s", credentials.Mechanism)}
	}
	return mechanism{}, &LoginError{
		Err: fmt.Errorf("the server offers no mechanism that popfetch knows: %q", caps[pop3.CapSASL]),
	}
}

func refusalHint(refused *pop3.Error) string {
	switch refused.Code {
	case pop3.CodeInUse:
		return "another program is reading this maildrop; try again when it has ended"
	case pop3.CodeLoginDelay, pop3.CodeSysTemp:
		return "try again later"
	case pop3.CodeSysPerm:
		return "ask the provider; trying again won't help"
	default:
		return "check user and password; some providers want POP switched on in their settings, or an app password"
	}
}
