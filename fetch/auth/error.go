package auth

import (
	"fmt"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// A LoginError says that no login came about.
type LoginError struct {
	Mechanism string // empty if none could be chosen
	Err       error
	Denied    bool // the server has seen what we log in with, and refused
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

// refusalHint tells what to do after the server said no.
func (m mechanism) refusalHint(refused *pop3.Error, k key) string {
	switch {
	case refused.InUse():
		return "another program is reading this maildrop; try again when it has ended"
	case refused.Temporary():
		return "try again later"
	case refused.Code == pop3.CodeSysPerm:
		return "ask the provider; trying again won't help"
	case m.takes == certificate:
		return "check that the server knows the certificate in tls_client_cert, and this user's name with it"
	case k.asToken:
		return "without oauth in the account its password is taken for the access token: add oauth, and run popfetch login"
	case m.takes == token:
		return "check user; the provider may want POP switched on in its settings, or other scopes: see popfetch login --help"
	}
	return "check user and password; " + m.doubtHints(k) + "some providers want POP switched on in their settings, or an app password"
}

// doubtHints are the ways out for a password that is right.
func (m mechanism) doubtHints(k key) (ways string) {
	switch {
	case m.name == "apop":
		ways = "if they are right, the server may greet as if it had APOP and not have it, as qmail does, and " + userWay(k.offer) + " will do; "
	case !m.clear && k.isAuto() && k.isConfidential() && k.caps.HasSASL(sasl.Plain):
		ways = "if they are right, the server may not have what " + m.name + " needs, and auth: plain will do; "
	}
	if k.offersOAuth() {
		ways += "it may take no password at all: " + oauthWay + "; "
	}
	return ways
}

// userWay is what has an account log in by USER. Without TLS that shows the
// password.
func userWay(o offer) string {
	if o.isConfidential() || o.AllowClear {
		return "auth: user"
	}
	return "auth: user with tls: implicit or tls: starttls (or with allow_plaintext_auth: true, which takes the risk)"
}

// oauthWay is the way out where a server offers OAuth and the account has none.
const oauthWay = "for the OAuth 2.0 that it offers, add oauth to the account and run popfetch login"

// offersOAuth reports whether the server offers a login by OAuth that the
// account can't do.
func (o offer) offersOAuth() bool {
	return !o.hasToken() && (o.caps.HasSASL(sasl.OAuthBearer) || o.caps.HasSASL(xoauth2Name))
}
