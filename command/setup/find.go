package setup

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"popfetch/config/discover"
)

// findCandidates yields the server that is given, or those that are found.
func (s *setup) findCandidates(ctx context.Context, a *Answers) iter.Seq2[candidate, error] {
	if a.Server != "" {
		return func(yield func(candidate, error) bool) { yield(givenServer(*a, a.Server), nil) }
	}
	return func(yield func(candidate, error) bool) {
		if _, domain, isAddress := cutLast(a.Email, "@"); isAddress {
			s.PrintNote("", "looking for the POP3 server of %s", domain)
		}
		options := &discover.Options{
			NoISPDB: a.NoISPDB, Try: func(ctx context.Context, f discover.Found) error { return s.reachFound(ctx, *a, f) },
			Looking: func(where string) { s.Info("", "asking %s", where) },
		}
		if err := s.askThroughProxy(*a, options); err != nil {
			yield(candidate{}, err)
			return
		}
		for found, err := range discover.Candidates(ctx, a.Email, options) {
			if a.User != "" {
				found.Users = []string{a.User}
			}
			s.printFailures(err)
			if !yield(foundServer(found), err) {
				return
			}
		}
	}
}

// askThroughProxy lets all that is asked go through the account's proxy. What
// can't go there isn't asked.
func (s *setup) askThroughProxy(a Answers, options *discover.Options) error {
	account, err := s.tryAnswers(a)
	if err != nil || account.Proxy == nil {
		return err
	}
	s.PrintNote("", "looking through the proxy %s, and not in DNS, which can't be asked through it", account.Proxy.Address)
	options.NoDNS = true
	options.Transport = &http.Transport{
		Proxy: http.ProxyURL(s.ProxyURL(account)), ForceAttemptHTTP2: true, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
	}
	return nil
}

// printFailures tells what kept each of the sources and candidates from being
// one; the error itself has only the last.
func (s *setup) printFailures(err error) {
	if failed, ok := errors.AsType[*discover.NotFoundError](err); ok {
		for _, f := range failed.Failures {
			s.Info("", "%s: %v", f.What, f.Err)
		}
	}
}

// reachFound finds out whether a candidate answers as it should. It's asked for
// before the person has chosen anything.
func (s *setup) reachFound(ctx context.Context, a Answers, f discover.Found) error {
	c := newChoice(foundServer(f))
	account, _, err := s.makeAccount(s.withName(a, c), c, kept{from: a.passwordSources()})
	if err != nil {
		return err
	}
	account.OAuth = nil
	return s.Reach(ctx, account)
}
