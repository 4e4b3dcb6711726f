package config

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseServer reads host, host:port, [v6], [v6]:port or a bare v6 address. The
// port is 0 when none is given.
func parseServer(text string) (host string, port int, err error) {
	bad := fault{"not a server", "write host, host:port or [address]:port"}
	if !strings.Contains(text, "@") && !strings.Contains(text, "://") { // else it may hold a password
		bad.text += " " + quote(text)
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
	} else if !isHostName(host) {
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

// isHostName reports whether the resolver could know a name. Underscores occur
// in container networks; international names are written in their ASCII form.
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

// authority splits what a URL has between its scheme and its end into a login
// and a server: at the last @, because people use addresses as user names.
func authority(text string) (login, server string, hasLogin bool) {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", text, false
	}
	return text[:at], text[at+1:], true
}
