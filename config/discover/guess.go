package discover

import (
	"context"

	"popfetch/config"
)

// guessNote says what is known of a login that nobody named.
const guessNote = "the server was guessed, and so was the user: some servers want what stands before the @, others a name of their own"

// guessHosts are the names that such servers mostly have, and the host that takes
// the domain's mail. They are worth nothing unless they answer.
func (s *search) guessHosts(context.Context) (candidates []Found, err error) {
	if s.Try == nil {
		return nil, nil
	}
	hosts := []string{"pop." + s.domain, "pop3." + s.domain, "mail." + s.domain, s.domain}
	if len(s.mail) > 0 {
		hosts = append(hosts, s.mail[0])
	}
	for _, host := range hosts {
		for _, at := range []struct {
			port int
			mode config.TLSMode
		}{{995, config.TLSImplicit}, {110, config.TLSStartTLS}} {
			if s.denied[at.mode] {
				continue
			}
			candidates = append(candidates, Found{
				Host: host, Port: at.port, TLS: at.mode, Users: []string{s.whole, s.local},
				Source: "a guess that answered", Foreign: !isWithin(host, s.domain), Notes: []string{guessNote},
			}.fromProvider())
		}
	}
	return candidates, nil
}

// withoutTLS are the candidates that somebody named without it, after all
// others.
func (s *search) withoutTLS(context.Context) ([]Found, error) { return s.plain, nil }
