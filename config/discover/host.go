package discover

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// parseHost reads the name of a host or a domain and returns it in ASCII and
// small letters, without the dot at its end. Addresses are none, since no
// certificate is made out to them, and neither are names without a dot, which
// mean something else in every network.
func parseHost(text string) (name string, ok bool) {
	text = strings.TrimSuffix(text, ".")
	if len(text) > 4*253 { // Names aren't longer than 253; the rest is work for nothing.
		return "", false
	}
	name, err := idna.Lookup.ToASCII(text)
	if err != nil || len(name) > 253 {
		return "", false
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == name || strings.Trim(last, "0123456789") == "" {
		return "", false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return "", false
		}
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return "", false
	}
	return name, true
}

// isWithin reports whether a host is the domain or below it.
func isWithin(host, domain string) bool {
	above, isBelow := strings.CutSuffix(host, domain)
	return isBelow && (above == "" || strings.HasSuffix(above, "."))
}
