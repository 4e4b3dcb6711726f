package command

import (
	"crypto/tls"
	"slices"
	"strings"

	"popfetch/config"
	"popfetch/fetch/dial"
)

// legacyOf is what is allowed again for an old server.
func legacyOf(t config.TLS) dial.Legacy {
	has := func(word string) bool { return slices.Contains(t.Legacy, word) }
	return dial.Legacy{RSA: has("rsa"), TripleDES: has("3des"), SmallHello: has("small-hello")}
}

// adviceOnLegacy tells what it costs that an account makes do with an old
// server.
func adviceOnLegacy(a account) (all []advice) {
	legacy := legacyOf(a.TLS)
	add := func(allowed bool, word, text string) {
		if allowed {
			all = append(all, newWarning("leave it out as soon as the server can do without", "tls_legacy: %s: %s", word, text))
		}
	}
	add(legacy.RSA, "rsa", "whoever gets the server's key one day can read what was recorded before")
	add(legacy.TripleDES, "3des", "the cipher is out of use since RFC 9325")
	add(legacy.SmallHello, "small-hello", "there are no post-quantum keys")
	return all
}

// adviceOnAge tells what is old about the connection, and what the account
// allows without need.
func (f findings) adviceOnAge() (all []advice) {
	suite := tls.CipherSuiteName(f.state.CipherSuite)
	legacy := legacyOf(f.account.TLS)
	needless := func(word string) advice {
		return newNote("leave it out of tls_legacy", "the server can do without %s", word)
	}
	if legacy.RSA && !strings.HasPrefix(suite, "TLS_RSA_") {
		all = append(all, needless("rsa"))
	}
	if legacy.TripleDES && !strings.Contains(suite, "_3DES_") {
		all = append(all, needless("3des"))
	}
	if f.state.PeerCertificates[0].SerialNumber.Sign() < 0 {
		all = append(all, newNote("ask its owner for a new one; the account trusts it all the same",
			"the certificate has a negative serial number, which RFC 5280 forbids"))
	}
	return all
}
