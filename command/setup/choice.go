package setup

import (
	"net"
	"strconv"

	"popfetch/config"
	"popfetch/config/discover"
)

// A candidate is a server that may be the account's.
type candidate struct {
	discover.Found
	server string // as the configuration has it
}

// A choice is a candidate, and how the account logs in there.
type choice struct {
	candidate
	user     string
	oauth    []config.Setting // nil: it logs in by a password
	isClear  bool             // the password may cross the network in the clear, and has to
	isTested bool
}

// newChoice is a candidate as it was found.
func newChoice(c candidate) choice { return choice{candidate: c, user: c.Users[0]} }

// givenServer is a server that somebody names.
func givenServer(a Answers, server string) candidate {
	found := discover.Found{Users: []string{a.User}, Host: server}
	if local, _, _ := cutLast(a.Email, "@"); a.User == "" {
		found.Users = []string{a.Email, local}
	}
	for _, mode := range []config.TLSMode{config.TLSImplicit, config.TLSStartTLS, config.TLSNone} {
		if mode.String() == a.TLS {
			found.TLS = mode
		}
	}
	if host, _, err := net.SplitHostPort(server); err == nil {
		found.Host = host
	}
	return candidate{found, server}
}

// foundServer is a server that was found, as the configuration has it: without
// the port that is meant anyway.
func foundServer(f discover.Found) candidate {
	usual := map[config.TLSMode]int{config.TLSImplicit: 995, config.TLSStartTLS: 110, config.TLSNone: 110}[f.TLS]
	if f.Port == usual {
		return candidate{f, f.Host}
	}
	return candidate{f, net.JoinHostPort(f.Host, strconv.Itoa(f.Port))}
}
