package discover

import (
	"cmp"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"popfetch/config"
)

// A Found is a server that a source names for the address.
type Found struct {
	Host string
	Port int
	TLS  config.TLSMode // None is only said by somebody's autoconfiguration, and has a note

	// Users are names to log in with, the likeliest first. There are more where
	// no source tells.
	Users       []string
	Password    PasswordKind
	OAuth       string        // the provider for the configuration's oauth, or empty
	MinInterval time.Duration // the shortest time between logins, or 0

	Provider string   // its name, if it's known
	Source   string   // who says so, in words for a person
	Foreign  bool     // for a person to confirm, before any password is sent there
	Notes    []string // what a person should know, as hints are written
}

// Address returns host and port for a dialler.
func (f Found) Address() string { return net.JoinHostPort(f.Host, strconv.Itoa(f.Port)) }

// candidateKey tells candidates apart. The same server is another candidate where nobody
// has to confirm it.
func (f Found) candidateKey() string {
	return strings.Join(append([]string{f.Address(), f.TLS.String(), strconv.FormatBool(f.Foreign)}, f.Users...), "\n")
}

// PasswordKind says which of a person's passwords the server takes.
type PasswordKind int

// The kinds of password.
const (
	PasswordUsual PasswordKind = iota // the one for the provider's site
	PasswordApp                       // one that the provider's site makes for one program
	PasswordMail                      // one for all mail programs, set on the provider's site
	PasswordNone                      // none: OAuth 2.0 only
)

// String returns what a person is asked for.
func (k PasswordKind) String() string {
	return [...]string{"password", "app password", "e-mail password", "no password"}[k]
}

// fromProvider adds what is known of whoever runs the server, if anything is.
func (f Found) fromProvider() Found {
	if p := providerOf(f.Host); p != nil {
		return f.withProvider(p)
	}
	return f
}

// withProvider adds what is known of the provider. What the source itself said stays,
// and so does a doubt whether the domain is a customer.
func (f Found) withProvider(p *provider) Found {
	f.Provider, f.OAuth = p.name, p.oauth
	f.Password = cmp.Or(f.Password, p.password)
	f.MinInterval = max(f.MinInterval, p.interval)
	f.Notes = slices.Concat(f.Notes, p.notes)
	return f
}
