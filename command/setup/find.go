package setup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"strconv"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
)

// candidates yields the server that is given, or those that are found.
func (s *setup) candidates(ctx context.Context) iter.Seq2[candidate, error] {
	if server := s.flags.String("server"); server != "" {
		return func(yield func(candidate, error) bool) { yield(s.given(server), nil) }
	}
	return func(yield func(candidate, error) bool) {
		if _, domain, isAddress := cutLast(s.email, "@"); isAddress {
			s.Remark("", "looking for the POP3 server of %s", domain)
		}
		options := &discover.Options{
			NoISPDB: s.flags.Bool("no-ispdb"), Try: s.reach,
			Looking: func(where string) { s.Info("", "asking %s", where) },
		}
		if err := s.lookThroughProxy(options); err != nil {
			yield(candidate{}, err)
			return
		}
		for found, err := range discover.Candidates(ctx, s.email, options) {
			if user := s.flags.String("user"); user != "" {
				found.Users = []string{user}
			}
			s.tellFailures(err)
			if !yield(candidate{found, serverText(found)}, err) {
				return
			}
		}
	}
}

// lookThroughProxy lets all that is asked go through the account's proxy. What
// can't go there isn't asked.
func (s *setup) lookThroughProxy(options *discover.Options) error {
	a, _, err := s.trial().make()
	if err != nil || a.Proxy == nil {
		return err
	}
	s.Remark("", "looking through the proxy %s, and not in DNS, which can't be asked through it", a.Proxy.Address)
	options.NoDNS = true
	options.Transport = &http.Transport{
		Proxy: http.ProxyURL(s.ProxyURL(a)), ForceAttemptHTTP2: true, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
	}
	return nil
}

// tellFailures tells what kept each of the sources and candidates from being
// one; the error itself has only the last.
func (s *setup) tellFailures(err error) {
	if failed, ok := errors.AsType[*discover.NotFoundError](err); ok {
		for _, f := range failed.Failures {
			s.Info("", "%s: %v", f.What, f.Err)
		}
	}
}

// given is the server of the flags.
func (s *setup) given(server string) candidate {
	found := discover.Found{Users: []string{s.flags.String("user")}}
	if local, _, _ := cutLast(s.email, "@"); found.Users[0] == "" {
		found.Users = []string{s.email, local}
	}
	for _, mode := range []config.TLSMode{config.TLSImplicit, config.TLSStartTLS, config.TLSNone} {
		if mode.String() == s.wantTLS {
			found.TLS = mode
		}
	}
	found.Host = server
	if host, _, err := net.SplitHostPort(server); err == nil {
		found.Host = host
	}
	return candidate{found, server}
}

// serverText is a server as the configuration has it: without the port that is
// meant anyway.
func serverText(f discover.Found) string {
	usual := map[config.TLSMode]int{config.TLSImplicit: 995, config.TLSStartTLS: 110, config.TLSNone: 110}[f.TLS]
	if f.Port == usual {
		return f.Host
	}
	return net.JoinHostPort(f.Host, strconv.Itoa(f.Port))
}

// reach finds out whether a candidate answers as it should. It's asked for
// before the person has chosen anything.
func (s *setup) reach(ctx context.Context, f discover.Found) error {
	a, _, err := s.with(candidate{f, serverText(f)}).make()
	if err != nil {
		return err
	}
	a.OAuth = nil
	return s.Reach(ctx, a)
}

// present tells what was found, and who says so.
func (s *setup) present(found candidate) {
	if found.Source == "" {
		return
	}
	security := map[config.TLSMode]string{
		config.TLSImplicit: "TLS", config.TLSStartTLS: "TLS by STLS", config.TLSNone: "no TLS",
	}[found.TLS]
	s.Remark("", "found %s with %s: %s", found.Address(), security, found.Source)
	for _, note := range found.Notes {
		s.Remark("", "note: %s", note)
	}
}

// confirm asks for what a person has to know before a password is sent. The
// question says all of it, as --quiet leaves out what else is told.
func (s *setup) confirm(ctx context.Context) (bool, error) {
	if s.Foreign {
		_, domain, _ := cutLast(s.email, "@")
		host := s.Host
		if s.Provider != "" {
			host += " (" + s.Provider + ")"
		}
		why := fmt.Sprintf("%s is outside of %s, and only unprotected DNS says that it is the right one", host, domain)
		if !s.asks {
			return false, s.doubt(why, "if it is, name it: --server "+s.server)
		}
		if ok, err := s.agrees(ctx, why+". Use it (--server "+s.server+")? (y/N)", "y", "yes"); err != nil || !ok {
			s.declined[s.Host] = true
			return false, err
		}
	}
	if s.TLS == config.TLSNone && s.wantTLS != config.TLSNone.String() {
		why := s.server + " has no TLS, and without it anybody on the way can read the mail, and the password where the server can't hide that"
		if !s.asks {
			return false, s.doubt(why, "if you want that, give --tls none")
		}
		return s.agrees(ctx, why+". Go on without TLS (--tls none)? (type yes, or Return for no)", "yes")
	}
	return true, nil
}

// doubt passes over a candidate that a person would have to confirm: the next
// source may name it, too, in a way that can be trusted. The first doubt is told
// where none does.
func (s *setup) doubt(why, hint string) error {
	s.Remark("", "%s is passed over: %s", s.server, why)
	if s.doubtful == nil {
		s.doubtful = line.Usage(why, hint)
	}
	return nil
}
