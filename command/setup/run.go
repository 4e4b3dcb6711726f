package setup

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
)

// Run finds the server of an address, tests the login, and writes the account, as
// the flags say.
func Run(ctx context.Context, flags *cli.Context, env Env) error {
	s, err := newSetup(flags, env)
	if err != nil {
		return err
	}
	return s.run(ctx)
}

// run takes the first candidate that does, and writes the account.
func (s *setup) run(ctx context.Context) error {
	if err := s.askAddress(ctx); err != nil {
		return err
	}
	isTaken, err := s.takeOne(ctx, newCandidateQueue(s.candidates(ctx), false))
	if !isTaken && s.asks && (err == nil || is[*discover.NotFoundError](err)) {
		if err != nil {
			err = s.Fail("", err)
		}
		var askErr error
		if isTaken, askErr = s.takeOne(ctx, newCandidateQueue(s.askServers(ctx), true)); askErr != nil {
			return askErr
		}
	}
	switch {
	case isTaken:
		return s.finish(ctx)
	case err != nil:
		return err
	case s.refused != nil:
		return s.refused
	case s.doubtful != nil:
		return s.doubtful
	}
	return line.Usage("no server was found that would do", "name one with --server")
}

// takeOne takes the first of some candidates that does.
func (s *setup) takeOne(ctx context.Context, candidates *candidateQueue) (isTaken bool, err error) {
	s.queue = candidates
	defer s.queue.stop()
	for {
		next := s.queue.next()
		if !next.ok || next.err != nil {
			return false, next.err
		}
		if isTaken, err := s.consider(ctx, next.candidate); isTaken || err != nil {
			return isTaken, err
		}
	}
}

// passesOver reports whether a candidate isn't what the flags or the person
// want.
func (s *setup) passesOver(found candidate) bool {
	if s.wantTLS != "" && found.TLS.String() != s.wantTLS {
		s.Info("", "%s is passed over: it has tls: %s", found.server, found.TLS)
		return true
	}
	return s.declined[found.Host]
}

// consider shows a candidate and finds out whether it does.
func (s *setup) consider(ctx context.Context, found candidate) (isTaken bool, err error) {
	if s.passesOver(found) {
		return false, nil
	}
	s.present(found)
	s.candidate, s.user, s.isClear = found, found.Users[0], false
	for _, step := range []func(context.Context) (bool, error){
		s.confirm, s.chooseName, s.chooseMailbox, s.chooseLogin, s.logIn,
	} {
		if goesOn, err := step(ctx); err != nil || !goesOn {
			return false, err
		}
	}
	return true, nil
}

// finish writes the account, or shows it.
func (s *setup) finish(ctx context.Context) error {
	_, draft, err := s.make()
	if err != nil {
		return err
	}
	if s.dryRun {
		s.Result("%s", trimEnd(draft.String()))
		return nil
	}
	draft, way, err := s.keep(ctx)
	if unplaced, ok := errors.AsType[*config.PlaceError](err); ok {
		s.Result("%s", trimEnd(unplaced.Draft.String()))
		return &FileError{err, "write these lines into it by hand"}
	}
	if err == nil {
		s.tellNext(draft, way)
		s.tellLedger()
	}
	return err
}
