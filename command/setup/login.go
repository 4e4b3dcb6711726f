package setup

import (
	"context"
	"errors"
	"fmt"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/fetch/auth"
)

// logIn tests the login, until it succeeds or the person has enough of it.
func (s *setup) logIn(ctx context.Context) (bool, error) {
	if s.oauth != nil || s.dryRun || s.flags.Bool("no-test") {
		return true, s.readStdin(ctx)
	}
	for {
		if err := s.needPassword(ctx); err != nil {
			return false, err
		}
		err := s.tryUsers(ctx)
		if err == nil {
			s.isTested = true
			return true, nil
		}
		switch {
		case ctx.Err() != nil:
			return false, err
		case !s.asks:
			return false, s.Fail(s.name, err)
		}
		s.refused = s.Fail(s.name, err)
		other := "(n)ame another server (--server)"
		if s.hasNext() {
			other = "the (n)ext server"
		}
		what, askErr := s.choose(ctx, "Try (a)gain, "+other+", (w)rite the account all the same (--no-test), or (q)uit?", "anwq")
		switch {
		case askErr != nil:
			return false, askErr
		case what == 'w':
			return true, nil
		case what == 'q':
			return false, s.refused
		case what == 'n' || is[*auth.LoginError](err): // another password, then
			s.typed = secret.Secret{}
		}
		if what == 'n' {
			return false, nil
		}
	}
}

// readStdin takes the password that is to be kept and not tested.
func (s *setup) readStdin(ctx context.Context) (err error) {
	if s.flags.Bool("stdin") && s.typed.IsZero() && !s.dryRun {
		s.typed, err = s.Stdin(ctx)
	}
	return err
}

// needPassword gets the password, unless the account has it from somewhere.
func (s *setup) needPassword(ctx context.Context) error {
	a, _, err := s.make()
	switch {
	case err != nil:
		return err
	case s.flags.Bool("stdin") && s.refused == nil:
		return s.readStdin(ctx)
	case a.OAuth != nil, hasSource(a), !s.typed.IsZero():
		return nil
	case !s.asks:
		return line.Usage(
			"no password to test the login with",
			"give --password-command, --password-file, --password-env or --stdin, or --no-test")
	}
	return s.askPassword(ctx)
}

// askPassword asks for the password until it could be one.
func (s *setup) askPassword(ctx context.Context) (err error) {
	for {
		s.typed, err = secret.Terminal(ctx, term.Clean(fmt.Sprintf("The %s of %s at %s (--stdin, --password-command): ", s.Password, s.user, s.server)))
		if err == nil || ctx.Err() != nil || errors.Is(err, secret.ErrNoAnswer) || errors.Is(err, secret.ErrNoTerminal) {
			return asked(ctx, err)
		}
		s.Fail("", err)
	}
}

// hasSource reports whether the account has its password from somewhere, by a
// key of its own or by the defaults.
func hasSource(a config.Account) bool {
	from := a.Password
	return from.Command != "" || from.File != "" || from.Env != "" || !from.Password.IsZero()
}

// tryUsers logs in by each of the names that the server may want, as long as it
// is the login that is refused.
func (s *setup) tryUsers(ctx context.Context) (err error) {
	for i, user := range s.Users {
		if i > 0 {
			s.Warn(s.name, "refused as %s; trying %s", s.Users[i-1], user)
		}
		s.user = user
		refused := (*auth.LoginError)(nil)
		if err = s.try(ctx); !errors.As(err, &refused) {
			return err
		}
	}
	s.user = s.Users[0]
	return err
}

// try logs in once, and tells what is there. A password goes over the network in
// the clear only where there is no other way, once somebody has agreed to do
// without TLS.
func (s *setup) try(ctx context.Context) error {
	err := s.open(ctx)
	if errors.Is(err, auth.ErrClear) && s.TLS == config.TLSNone && !s.isClear {
		s.Warn(s.name, "%s can't hide the password, so it is sent as it is", s.server)
		s.isClear = true
		err = s.open(ctx)
	}
	return err
}

func (s *setup) open(ctx context.Context) error {
	a, _, err := s.make()
	if err != nil {
		return err
	}
	if !s.typed.IsZero() {
		a.Password, a.OAuth = secret.Source{Account: a.Name, Password: s.typed}, nil
	}
	return s.LogIn(ctx, a)
}
