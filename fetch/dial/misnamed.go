package dial

import (
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
)

// nameMismatch says in words why a certificate isn't for the server of that name:
// what it has in its place, or what is wrong with a name that looks the same.
func nameMismatch(leaf *x509.Certificate, name string) string {
	alike := func(other string) bool { return plainName(other) == plainName(name) }
	at := slices.IndexFunc(leaf.DNSNames, alike)
	switch {
	case at >= 0 && net.ParseIP(name) != nil:
		return fmt.Sprintf("it has %q as a name, where an address doesn't count (RFC 9525)", name)
	case at >= 0:
		return fmt.Sprintf("it is for %s, which isn't written as a name is to be and so doesn't stand for %q (RFC 9525)",
			quoteShort(leaf.DNSNames[at]), name)
	case alike(leaf.Subject.CommonName) && len(leaf.DNSNames)+len(leaf.IPAddresses) == 0:
		return fmt.Sprintf("it has %q only as its common name, which doesn't count (RFC 9525)", name)
	}
	text := fmt.Sprintf("it is for %s, not for %q", certifiedNames(leaf), name)
	if slices.ContainsFunc(leaf.DNSNames, func(pattern string) bool { return seemsToCover(pattern, name) }) {
		text += ": a * stands for exactly one label (RFC 9525)"
	}
	return text
}

// plainName is a name without what makes no difference to a person: letters in
// capitals or not in ASCII, blanks around it, the dot at its end.
func plainName(name string) string {
	return strings.ToLower(asciiName(strings.TrimSuffix(strings.TrimSpace(name), ".")))
}

// seemsToCover reports whether a person may think that a name with a * stands
// for the name.
func seemsToCover(pattern, name string) bool {
	domain, isWild := strings.CutPrefix(plainName(pattern), "*.")
	return isWild && (plainName(name) == domain || strings.HasSuffix(plainName(name), "."+domain))
}

// maxNames bounds how many names are told of a certificate.
const maxNames = 5

// certifiedNames tells for whom a certificate is.
func certifiedNames(leaf *x509.Certificate) string {
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 && leaf.Subject.CommonName != "" {
		return fmt.Sprintf("nobody (%s is only its common name, which doesn't count)", quoteShort(leaf.Subject.CommonName))
	}
	if len(names) == 0 {
		return "nobody"
	}
	var quoted []string
	for _, name := range names[:min(len(names), maxNames)] {
		quoted = append(quoted, quoteShort(name))
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - maxNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
