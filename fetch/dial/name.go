package dial

import (
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Name is the host as DNS and certificates have it, which know international
// names in ASCII alone (RFC 5890, section 2.3.2.1).
func (s *Server) Name() string { return asciiName(s.Host) }

// dialAddress is host and port as DNS has them.
func (s *Server) dialAddress() string { return net.JoinHostPort(s.Name(), strconv.Itoa(s.Port)) }

// verifiedName is the name that the certificate must have, as a person wrote it.
func (s *Server) verifiedName() string {
	if s.TLS.ServerName != "" {
		return s.TLS.ServerName
	}
	return s.Host
}

// asciiName puts a name into ASCII. What is no name stays as it is, for DNS to say
// so.
func asciiName(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return name // underscores included, which idna wouldn't have
	}
	if converted, err := idna.Lookup.ToASCII(name); err == nil {
		return converted
	}
	return name
}
