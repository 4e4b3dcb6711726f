package discover

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An address is a mail address, taken apart.
type address struct {
	whole  string // as the person writes it
	local  string // what stands before the @
	domain string // what stands behind it, in ASCII and small letters
}

// maxLocal bounds what stands before the @ (RFC 5321, section 4.5.3.1.1).
const maxLocal = 64

// parseAddress reads local@domain. A local part in quotes (RFC 5321, section
// 4.1.2) is nobody's, and mostly a paste gone wrong.
func parseAddress(text string) (address, error) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return address{}, &AddressError{"there is no @ in it"}
	}
	local, name := text[:at], text[at+1:]
	switch {
	case local == "":
		return address{}, &AddressError{"nothing stands before the @"}
	case len(local) > maxLocal:
		return address{}, &AddressError{"more than 64 bytes stand before the @"}
	case !utf8.ValidString(local) || strings.ContainsFunc(local, isUnfit):
		return address{}, &AddressError{"what stands before the @ has characters in it that no name has"}
	case name == "":
		return address{}, &AddressError{"nothing stands behind the @"}
	}
	domain, ok := parseHost(name)
	if !ok {
		return address{}, &AddressError{"what stands behind the @ isn't a domain"}
	}
	return address{whole: text, local: local, domain: domain}, nil
}

// isUnfit reports whether a rune can't be in a name before the @ (RFC 5321,
// section 4.1.2, and RFC 6531, section 3.3, for what isn't ASCII).
func isUnfit(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
}
