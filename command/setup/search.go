package setup

import (
	"context"
	"fmt"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
)

// A search goes through the candidates, until one does.
type search struct {
	*setup
	queue    *candidateQueue
	declined map[string]bool // hosts that the person doesn't want
	doubtful error           // why a candidate was passed over for want of a person
	refused  error           // why a login wasn't possible, already shown
}

// chooseServer takes the first candidate that does, of those that are found and then of
// those that a person names. What is asked meanwhile is in the answers.
func (s *search) chooseServer(ctx context.Context, a *Answers, k *kept) (*choice, error) {
	c, err := s.takeOne(ctx, newCandidateQueue(s.findCandidates(ctx, a), false), a, k)
	if c == nil && s.asks && (err == nil || isError[*discover.NotFoundError](err)) {
		if err != nil {
			err = s.ReportError("", err)
		}
		var askErr error
		if c, askErr = s.takeOne(ctx, newCandidateQueue(s.askServers(ctx, a), true), a, k); askErr != nil {
			return nil, askErr
		}
	}
	switch {
	case c != nil:
		return c, nil
	case err != nil:
		return nil, err
	case s.refused != nil:
		return nil, s.refused
	case s.doubtful != nil:
		return nil, s.doubtful
	}
	return nil, line.NewUsageError("no server was found that would do", "name one with --server")
}

// takeOne takes the first of some candidates that does, or none.
func (s *search) takeOne(ctx context.Context, candidates *candidateQueue, a *Answers, k *kept) (*choice, error) {
	s.queue = candidates
	defer s.queue.stop()
	for {
		next := s.queue.next()
		if !next.ok || next.err != nil {
			return nil, next.err
		}
		if c, err := s.tryCandidate(ctx, next.candidate, a, k); c != nil || err != nil {
			return c, err
		}
	}
}

// tryCandidate shows a candidate and finds out whether it does.
func (s *search) tryCandidate(ctx context.Context, found candidate, a *Answers, k *kept) (*choice, error) {
	if s.passesOver(found, *a) {
		return nil, nil
	}
	s.printCandidate(found)
	c := newChoice(found)
	for _, step := range []func() (bool, error){
		func() (bool, error) { return s.confirmCandidate(ctx, found, *a) },
		func() (bool, error) { return true, s.chooseName(ctx, a, c) },
		func() (bool, error) { return true, s.chooseMailbox(ctx, a, c, *k) },
		func() (bool, error) { return s.chooseLogin(ctx, *a, &c) },
		func() (bool, error) { return s.logIn(ctx, *a, &c, k) },
	} {
		if goesOn, err := step(); err != nil || !goesOn {
			return nil, err
		}
	}
	return &c, nil
}

// passesOver reports whether a candidate isn't what the flags or the person
// want.
func (s *search) passesOver(found candidate, a Answers) bool {
	if a.TLS != "" && found.TLS.String() != a.TLS {
		s.Info("", "%s is passed over: it has tls: %s", found.server, found.TLS)
		return true
	}
	return s.declined[found.Host]
}

// printCandidate tells what was found, and who says so.
func (s *search) printCandidate(found candidate) {
	if found.Source == "" {
		return
	}
	security := map[config.TLSMode]string{
		config.TLSImplicit: "TLS", config.TLSStartTLS: "TLS by STLS", config.TLSNone: "no TLS",
	}[found.TLS]
	s.PrintNote("", "found %s with %s: %s", found.Address(), security, found.Source)
	for _, note := range found.Notes {
		s.PrintNote("", "note: %s", note)
	}
}

// confirmCandidate asks for what a person has to know before a password is sent. The
// question says all of it, as --quiet leaves out what else is told.
func (s *search) confirmCandidate(ctx context.Context, found candidate, a Answers) (bool, error) {
	if found.Foreign {
		_, domain, _ := cutLast(a.Email, "@")
		host := found.Host
		if found.Provider != "" {
			host += " (" + found.Provider + ")"
		}
		why := fmt.Sprintf("%s is outside of %s, and only unprotected DNS says that it is the right one", host, domain)
		if !s.asks {
			return false, s.passOverDoubtful(found, why, "if it is, name it: --server "+found.server)
		}
		if ok, err := s.askAgreement(ctx, why+". Use it (--server "+found.server+")? (y/N)", "y", "yes"); err != nil || !ok {
			s.declined[found.Host] = true
			return false, err
		}
	}
	if found.TLS == config.TLSNone && a.TLS != config.TLSNone.String() {
		why := found.server + " has no TLS, and without it anybody on the way can read the mail, and the password where the server can't hide that"
		if !s.asks {
			return false, s.passOverDoubtful(found, why, "if you want that, give --tls none")
		}
		return s.askAgreement(ctx, why+". Go on without TLS (--tls none)? (type yes, or Return for no)", "yes")
	}
	return true, nil
}

// passOverDoubtful passes over a candidate that a person would have to confirm: the next
// source may name it, too, in a way that can be trusted. The first doubt is told
// where none does.
func (s *search) passOverDoubtful(found candidate, why, hint string) error {
	s.PrintNote("", "%s is passed over: %s", found.server, why)
	if s.doubtful == nil {
		s.doubtful = line.NewUsageError(why, hint)
	}
	return nil
}
