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
	case m.takes == token:
		return "check user; the provider may want POP switched on in its settings, or other scopes: see popfetch login --help"
	case !m.clear && k.auto() && k.hides() && k.caps.HasSASL(sasl.Plain):
		return "check user and password; if they are right, the server may not have what " + m.name +
			" needs, and auth: plain will do; some providers want POP switched on in their settings, or an app password"
	}
	return "check user and password; some providers want POP switched on in their settings, or an app password"
}
