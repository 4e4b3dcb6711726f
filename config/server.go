package config

import (
	"cmp"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// parseServer reads host, host:port, [v6], [v6]:port or a bare v6 address. The
// port is 0 when none is given.
func parseServer(text string) (host string, port int, err error) {
	if scheme, rest, isURL := strings.Cut(text, "://"); isURL {
		return "", 0, notURL(scheme, rest)
	}
	bad := fault{"not a server", "write host, host:port or [address]:port"}
	if !strings.Contains(text, "@") { // else it may hold a password
		bad.text += " " + quoteShort(text)
	}
	if address, err := netip.ParseAddr(text); err == nil {
		return address.String(), 0, nil
	}
	host, digits, hasPort := strings.Cut(text, ":")
	if inside, isBracketed := strings.CutPrefix(text, "["); isBracketed {
		inside, rest, isClosed := strings.Cut(inside, "]")
		address, err := netip.ParseAddr(inside)
		digits, hasPort = strings.CutPrefix(rest, ":")
		if err != nil || !isClosed || !address.Is6() || !hasPort && rest != "" {
			return "", 0, bad
		}
		host = address.String()
	} else if _, ok := asciiName(host); !ok {
		return "", 0, bad
	}
	if !hasPort {
		return host, 0, nil
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fault{"not a port", "write a number from 1 to 65535 after the colon"}
	}
	return host, int(n), nil
}

// mailSchemes are what others call the ways to speak POP3.
var mailSchemes = map[string]string{"pop3s": "pops", "pop3": "pop"}

// notURL says what to write in the place of a URL. It shows only what stands
// where the server does, because the rest may be a password.
func notURL(scheme, rest string) error {
	bad := fault{"a URL in the place of a server", "write host or host:port, without what stands in front and behind"}
	login, server, hasLogin := splitAuthority(rest)
	if end := strings.IndexAny(server, "/?#"); end >= 0 {
		server = server[:end]
	}
	if _, _, err := parseServer(server); err != nil || strings.ContainsAny(login, "/?#") {
		return bad
	}
	bad.hint = "write server: " + server
	scheme = strings.ToLower(scheme)
	if mode, ok := schemes[cmp.Or(mailSchemes[scheme], scheme)]; ok {
		bad.hint += " and tls: " + mode.String()
	}
	if hasLogin {
		bad.hint += ", and the login as user"
	}
	return bad
}

// asciiName returns a host's name as DNS has it, if it is one: international
// names are written as people read them, or in their ASCII form (RFC 5890).
func asciiName(name string) (string, bool) {
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = ascii
	}
	return name, isHostName(name)
}

// dialAddress is a server that nobody but a dialler needs to know.
func dialAddress(host string, port int) string {
	if ascii, ok := asciiName(host); ok {
		host = ascii
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// isHostName reports whether the resolver could know a name in ASCII.
// Underscores occur in container networks.
func isHostName(name string) bool {
	if name == "" || len(name) > 253 || name[0] == '-' || strings.Trim(name, ".") == "" {
		return false
	}
	for _, c := range []byte(name) {
		if !isAlphanumeric(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

// isAlphanumeric reports whether a byte is an ASCII letter or digit.
func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// splitAuthority splits what a URL has between its scheme and its end into a login
// and a server: at the last @, because people use addresses as user names.
func splitAuthority(text string) (login, server string, hasLogin bool) {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", text, false
	}
	return text[:at], text[at+1:], true
}
