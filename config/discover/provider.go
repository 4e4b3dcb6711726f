package discover

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A provider is what is known of one. All of them have TLS from the first byte
// on port 995.
type provider struct {
	name    string
	domains string // of the addresses it gives out
	mx      string // hosts that take its customers' mail, or what these are below of
	server  string // empty: it has no POP3, and way says what else there is
	way     string

	byLocal  bool // it's logged in to with what stands before the @
	password PasswordKind
	oauth    string
	interval time.Duration
	notes    []string
}

// providers are all that are known. Where several have the same server, the
// first tells what is known of it.
var providers = slices.Concat(worldwide, german, european, asian, hosting, withoutPOP3)

// knownSource is the source of what the table itself says of a domain.
const knownSource = "a provider that popfetch knows"

// findKnown looks for the domain among those of the providers.
func (s *search) findKnown(context.Context) ([]Found, error) {
	for i := range providers {
		if slices.Contains(strings.Fields(providers[i].domains), s.domain) {
			return s.serverAt(&providers[i], knownSource)
		}
	}
	return nil, nil
}

// providerOf returns who is known to run a POP3 server, or nil.
func providerOf(host string) *provider {
	i := slices.IndexFunc(providers, func(p provider) bool { return p.server == host })
	if i < 0 {
		return nil
	}
	return &providers[i]
}

// providerBehind returns who takes mail at a host, or nil.
func providerBehind(host string) *provider {
	for i := range providers {
		if slices.ContainsFunc(strings.Fields(providers[i].mx), func(mx string) bool { return isWithin(host, mx) }) {
			return &providers[i]
		}
	}
	return nil
}

// serverAt is the address's server at a provider.
func (s *search) serverAt(p *provider, source string) ([]Found, error) {
	if p.server == "" {
		return nil, &NoPOP3Error{Provider: p.name, Way: p.way}
	}
	users := []string{s.whole}
	if p.byLocal {
		users = []string{s.local, s.whole}
	}
	f := Found{Host: p.server, Port: 995, Users: users, Source: source}
	return []Found{f.withProvider(p)}, nil
}
