package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// schemes are the kinds of account URL.
var schemes = map[string]TLSMode{
	"pops": TLSImplicit, "pop": TLSStartTLS, "pop+plain": TLSNone,
}

// IsURL reports whether an argument in the place of an account's name is meant
// to be a URL. No account's name looks like one.
func IsURL(arg string) bool { return strings.Contains(arg, "://") }

// FromURL makes an account of a URL such as pops://me@pop.example.org. It has
// no destination: that's for the caller to set. No error shows any part of the
// URL, because people do put passwords there.
func FromURL(raw string) (Account, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	mode, ok := schemes[strings.ToLower(scheme)]
	if !ok {
		return Account{}, errors.New("account URL: not pops://, pop:// or pop+plain://")
	}
	login, server, hasLogin := splitAuthority(strings.TrimSuffix(rest, "/"))
	switch {
	case strings.ContainsAny(login+server, "/?#"):
		return Account{}, errors.New("account URL: it has a path, query or fragment: write user@host or user@host:port")
	case strings.Contains(login, ":"):
		return Account{}, errors.New("account URL: it has a password, which the process list shows: " +
			"give it in POPFETCH_PASSWORD, keep it in the keyring, or type it when asked")
	}
	user, err := url.PathUnescape(login)
	if !hasLogin || err != nil || user == "" || strings.ContainsFunc(user, unicode.IsControl) {
		return Account{}, errors.New("account URL: no user: write user@host, with %XX for what a URL can't hold")
	}
	host, port, err := parseServer(server)
	if err != nil {
		return Account{}, errors.New("account URL: no server: write user@host, user@host:port or user@[address]:port")
	}
	return accountAt(mode, user, strings.ToLower(host), port), nil
}

// accountAt makes the account of a URL from its parts.
func accountAt(mode TLSMode, user, host string, port int) Account {
	account := defaultAccount("")
	account.Host, account.Port, account.User = host, port, user
	account.TLS.Mode = mode
	account.complete()
	account.Name = nameOf(user + "@" + account.serverText())
	account.Password.Account, account.Password.URL = account.Name, true
	return account
}

// nameOf makes an account's name of any login. Two logins never get the same
// name: what a name can't hold becomes +XX, as does a + that could be taken
// for the beginning of one; what is too long ends in a hash of the whole.
func nameOf(login string) string {
	var name strings.Builder
	for i := range len(login) {
		c := login[i]
		looksEscaped := c == '+' && i+2 < len(login) && isUpperHex(login[i+1]) && isUpperHex(login[i+2])
		atStart := i == 0 && (c == '.' || c == '-')
		if !isNameByte(c) || looksEscaped || atStart {
			fmt.Fprintf(&name, "+%02X", c)
			continue
		}
		name.WriteByte(c)
	}
	if name.Len() <= maxName {
		return name.String()
	}
	sum := sha256.Sum256([]byte(login))
	tail := "+" + hex.EncodeToString(sum[:16])
	return name.String()[:maxName-len(tail)] + tail
}

// isUpperHex reports whether a byte is a digit as %02X writes it.
func isUpperHex(c byte) bool { return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' }
