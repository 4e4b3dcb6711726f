package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// Credentials are who logs in and by what.
type Credentials struct {
	User string
	// Password is asked once, after the mechanism is chosen and only if it
	// needs one. It may take as long as a person needs.
	Password func(context.Context) (string, error)
	// Token returns an OAuth access token. refused is the one that the server
	// has just refused, or empty. It is nil in an account without OAuth, where
	// a mechanism that wants a token takes the password for it.
	Token func(ctx context.Context, refused string) (string, error)
	// Certificate says that TLS shows a certificate of ours.
	Certificate bool
	// Mechanism is the account's choice, or Auto, for which empty stands too.
	Mechanism string
	// AllowClear says that the account doesn't mind if what is sent can be read
	// on the way.
	AllowClear bool
	// AtLeast is the mechanism than which none that is weaker may be used. Empty
	// allows any.
	AtLeast string
}

// Auto stands for the best mechanism that the server offers.
const Auto = "auto"

func (c Credentials) isAuto() bool { return c.Mechanism == Auto || c.Mechanism == "" }

func (c Credentials) hasToken() bool { return c.Token != nil }

// Login logs in and returns the name of the mechanism that did it, or with an error
// of the one that was tried last, if any was. An error other than a *LoginError means
// that the connection is dead, or that the password couldn't be had.
//
// A mechanism that the server refuses before it has seen any proof of the
// password, or that can't carry this password, leaves the turn to the next
// best; so does SCRAM where it had to change the password. But only if nobody
// between us and the server can have had a hand in it, or it would be a way to
// make us show more than we have to.
func Login(ctx context.Context, c *pop3.Client, credentials Credentials, channel Channel) (string, error) {
	o := offer{c.Announced(), channel, credentials, c.Redact}
	chosen, err := chooseMechanisms(o)
	if err != nil {
		return "", err
	}
	chosen, weaker := o.splitByStrength(chosen)
	if len(chosen) == 0 {
		return "", &LoginError{Err: o.weakerError(weaker)}
	}
	if err := checkSendable(chosen[0].name, "user name", o.User); err != nil {
		return "", err
	}
	ask := sync.OnceValues(func() (string, error) { return credentials.Password(ctx) })
	o.Password = func(context.Context) (string, error) { return ask() }
	tried := ""
	for len(chosen) > 0 {
		m := chosen[0]
		tried = m.name
		spent, next := m.attemptLogin(ctx, c, o)
		if next == nil {
			return tried, nil
		}
		err = moreTelling(err, next)
		if !o.isAuthentic() || !nextMayDo(c, err) {
			break
		}
		if chosen = chosen[1:]; spent {
			chosen, weaker = m.scramFallbacks(ctx, o, chosen, err), nil
		}
		if len(chosen) == 0 && len(weaker) > 0 {
			err = o.orWeaker(err, weaker)
		}
	}
	return tried, err
}

// orWeaker adds to an error that mechanisms are left which are too weak.
func (o offer) orWeaker(err error, weaker []mechanism) error {
	failed, _ := errors.AsType[*LoginError](err)
	return &LoginError{Mechanism: failed.Mechanism, Err: fmt.Errorf("%w; %w", failed.Err, o.weakerError(weaker))}
}

// moreTelling returns which of two errors, one after the other, is to be told. A
// server that hangs up after it said no has said all that there is to know.
func moreTelling(before, after error) error {
	if after == nil {
		return nil
	}
	_, refused := errors.AsType[*LoginError](before)
	if _, again := errors.AsType[*LoginError](after); refused && !again {
		return before
	}
	return after
}

// nextMayDo reports whether another mechanism may succeed after this error.
func nextMayDo(c *pop3.Client, err error) bool {
	if _, ok := errors.AsType[*LoginError](err); !ok || c.Dead() != nil {
		return false
	}
	refused, ok := errors.AsType[*pop3.Error](err)
	return !ok || !refused.Temporary() && (refused.Code == "" || refused.Code == pop3.CodeAuth)
}

// attemptLogin tries to log in by the mechanism, and reports whether that was it:
// the server has seen the password, or a proof of it, or is not to be trusted.
func (m mechanism) attemptLogin(ctx context.Context, c *pop3.Client, o offer) (spent bool, err error) {
	if m.takes == token {
		return m.attemptToken(ctx, c, o)
	}
	secret := ""
	if m.takes == password {
		if secret, err = o.Password(ctx); err != nil {
			return true, err
		}
	}
	return m.loginWithSecret(c, key{offer: o, secret: secret, asIs: m.asIs})
}

// loginWithSecret logs in with the secret.
func (m mechanism) loginWithSecret(c *pop3.Client, k key) (spent bool, err error) {
	what := map[means]string{password: "password", token: "access token", certificate: "certificate"}[m.takes]
	if err := checkSendable(m.name, what, k.secret); err != nil {
		return true, err
	}
	if m.login != nil {
		spent, err = m.login(c, k)
	} else {
		spent, err = m.loginSASL(c, k)
	}
	return spent, m.loginError(err, k, spent)
}

// loginError makes a *LoginError of what ended a login and not the connection.
func (m mechanism) loginError(err error, k key, spent bool) error {
	if refused, ok := errors.AsType[*pop3.Error](err); ok {
		denied := spent && !refused.Temporary() && (refused.Code == "" || refused.Code == pop3.CodeAuth)
		return &LoginError{Mechanism: m.name, Err: err, Denied: denied, hint: m.refusalHint(refused, k)}
	}
	if errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		err = &pop3.MechanismError{Err: errors.New("the server asks for more than there is to say")}
	}
	if _, ok := errors.AsType[*pop3.MechanismError](err); ok {
		failed := &LoginError{Mechanism: m.name, Err: err, Denied: isDenial(err)}
		if errors.Is(err, errUnfit) {
			failed.hint = "auth: plain carries it, under TLS"
		}
		return failed
	}
	return err
}

// checkSendable refuses what could speak to the server in the user's name. Some
// mechanisms could carry it, but nobody has such a password on purpose.
func checkSendable(mechanism, what, text string) error {
	if !strings.ContainsAny(text, "\r\n\x00") {
		return nil
	}
	return &LoginError{
		Mechanism: mechanism,
		Err:       fmt.Errorf("the %s holds a line break or a NUL, which can't be sent", what),
	}
}

// isRefusedAt reports whether the server refused that command.
func isRefusedAt(err error, command string) bool {
	refused, ok := errors.AsType[*pop3.Error](err)
	return ok && refused.Command == command
}
