package dial

import (
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
)

// misnamed says in words why a certificate isn't for the server of that name:
// what it has in its place, or what is wrong with a name that looks the same.
func misnamed(leaf *x509.Certificate, name string) string {
	alike := func(other string) bool { return plain(other) == plain(name) }
	at := slices.IndexFunc(leaf.DNSNames, alike)
	switch {
	case at >= 0 && net.ParseIP(name) != nil:
		return fmt.Sprintf("it has %q as a name, where an address doesn't count (RFC 9525)", name)
	case at >= 0:
		return fmt.Sprintf("it is for %s, which isn't written as a name is to be and so doesn't stand for %q (RFC 9525)",
			quote(leaf.DNSNames[at]), name)
	case alike(leaf.Subject.CommonName) && len(leaf.DNSNames)+len(leaf.IPAddresses) == 0:
		return fmt.Sprintf("it has %q only as its common name, which doesn't count (RFC 9525)", name)
	}
	text := fmt.Sprintf("it is for %s, not for %q", names(leaf), name)
	if slices.ContainsFunc(leaf.DNSNames, func(pattern string) bool { return seemsToCover(pattern, name) }) {
		text += ": a * stands for exactly one label (RFC 9525)"
	}
	return text
}

// plain is a name without what makes no difference to a person: letters in
// capitals or not in ASCII, blanks around it, the dot at its end.
func plain(name string) string {
	return strings.ToLower(ascii(strings.TrimSuffix(strings.TrimSpace(name), ".")))
}

// seemsToCover reports whether a person may think that a name with a * stands
// for the name.
func seemsToCover(pattern, name string) bool {
	domain, isWild := strings.CutPrefix(plain(pattern), "*.")
	return isWild && (plain(name) == domain || strings.HasSuffix(plain(name), "."+domain))
}

// maxNames bounds how many names are told of a certificate.
const maxNames = 5

// names tells for whom a certificate is.
func names(leaf *x509.Certificate) string {
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 && leaf.Subject.CommonName != "" {
		return fmt.Sprintf("nobody (%s is only its common name, which doesn't count)", quote(leaf.Subject.CommonName))
	}
	if len(names) == 0 {
		return "nobody"
	}
	var quoted []string
	for _, name := range names[:min(len(names), maxNames)] {
		quoted = append(quoted, quote(name))
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - maxNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
