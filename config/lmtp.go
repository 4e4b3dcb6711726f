package config

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// LMTP says which server of LMTP gets the mail, and for whom.
type LMTP struct {
	Server    string // host:port, or the absolute path of a socket; empty: there is none
	Recipient string
	Security  string // starttls, none, or empty: starttls unless the server is this machine
	TLS       TLS    // whom to trust; its Mode says nothing
}

// lmtpSecurities are the values of tls in lmtp.
var lmtpSecurities = []string{"starttls", "none"}

// lmtpKeys are the keys inside lmtp.
var lmtpKeys = withTLS(map[string]func(field, *LMTP){
	"server":    func(f field, l *LMTP) { f.socket(&l.Server) },
	"recipient": func(f field, l *LMTP) { take(f, &l.Recipient, recipient) },
	"tls":       func(f field, l *LMTP) { take(f, &l.Security, oneOf(lmtpSecurities)) },
}, func(l *LMTP) *TLS { return &l.TLS })

// lmtpKeyNames are all keys inside lmtp.
var lmtpKeyNames = slices.Sorted(maps.Keys(lmtpKeys))

// setLMTP reads the server alone, or the map of lmtp. The recipient may have come from
// lmtp_recipient, or come from there later.
func setLMTP(f field, a *Account) {
	lmtp := LMTP{Recipient: a.LMTP.Recipient}
	if !f.value.isMap() {
		f.socket(&lmtp.Server)
		a.LMTP = lmtp
		return
	}
	inside, ok := f.decoder.fields(f.account, f.key+".", f.value, lmtpKeyNames)
	if !ok {
		return
	}
	inside = given(inside)
	for _, sub := range inside {
		lmtpKeys[sub.name](sub, &lmtp)
	}
	if !has(inside, "server") {
		f.fail("no server", "give server: host:port, or the path of a socket")
	}
	lmtp.checkTLS(inside)
	a.LMTP = lmtp
}

// checkTLS reports what contradicts, and fills in what follows. Whoever says whom to
// trust wants TLS.
func (l *LMTP) checkTLS(inside []field) {
	isSocket := filepath.IsAbs(l.Server)
	for _, f := range inside {
		switch {
		case f.name == "tls" && l.Security == "starttls" && isSocket:
			f.fail("no TLS over a socket, which never leaves this machine", "leave it out")
		case !strings.HasPrefix(f.name, "tls_"):
		case isSocket:
			f.fail("nothing over a socket, which has no TLS", "leave it out")
		case l.Security == "none":
			f.fail("nothing without TLS", "leave it out, or choose tls: starttls")
		case f.name == "tls_client_key" && !has(inside, "tls_client_cert"):
			f.fail("a key without its certificate", "give tls_client_cert too")
		case !has(inside, "tls"):
			l.Security = "starttls"
		}
	}
	l.TLS.complete()
}

// holdsRecipient reports whether the field is an lmtp with a recipient in it.
func (f field) holdsRecipient() bool {
	if f.name != "lmtp" || !f.value.isMap() {
		return false
	}
	entries, _ := f.value.entries()
	return slices.ContainsFunc(entries, func(e entry) bool { return e.key == "recipient" })
}
