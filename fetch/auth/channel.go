package auth

import (
	"crypto/tls"

	"popfetch/fetch/pop3"
)

// A Channel is the way that a login takes.
type Channel struct {
	Host     string
	Port     int
	Greeting string               // what the server said first
	TLS      *tls.ConnectionState // nil without TLS
	Verified bool                 // TLS, with a server that has proved its name
	Local    bool                 // to this very machine
}

// isConfidential reports whether nobody on the way can read along.
func (c Channel) isConfidential() bool { return c.TLS != nil || c.Local }

// isAuthentic reports whether nobody on the way can meddle. Only then is it the
// server itself that refuses a mechanism.
func (c Channel) isAuthentic() bool { return c.Verified || c.Local }

// An offer is all that decides by which mechanisms one can log in.
type offer struct {
	caps pop3.Capabilities
	Channel
	Credentials
	shown func(text string) string // what may be shown of what the server says
}
