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
func (s *search) logIn(ctx context.Context, a Answers, c *choice, k *kept) (bool, error) {
	if c.oauth != nil || a.DryRun || a.NoTest {
		return true, s.readStdin(ctx, a, k)
	}
	for {
		if err := s.needPassword(ctx, a, *c, k); err != nil {
			return false, err
		}
		err := s.tryUsers(ctx, a, c, *k)
		if err == nil {
			c.isTested = true
			return true, nil
		}
		switch {
		case ctx.Err() != nil:
			return false, err
		case !s.asks:
			return false, s.ReportError(a.Name, err)
		}
		s.refused = s.ReportError(a.Name, err)
		other := "(n)ame another server (--server)"
		if s.hasNext(a) {
			other = "the (n)ext server"
		}
		what, askErr := s.chooseLetter(ctx, "Try (a)gain, "+other+", (w)rite the account all the same (--no-test), or (q)uit?", "anwq")
		switch {
		case askErr != nil:
			return false, askErr
		case what == 'w':
			return true, nil
		case what == 'q':
			return false, s.refused
		case what == 'n' || isError[*auth.LoginError](err): // another password, then
			k.typed = secret.Secret{}
		}
		if what == 'n' {
			return false, nil
		}
	}
}

// readStdin takes the password that is to be kept and not tested.
func (s *setup) readStdin(ctx context.Context, a Answers, k *kept) (err error) {
	if a.Stdin && k.typed.IsZero() && !a.DryRun {
		k.typed, err = s.Stdin(ctx)
	}
	return err
}

// needPassword gets the password, unless the account has it from somewhere.
func (s *search) needPassword(ctx context.Context, a Answers, c choice, k *kept) error {
	account, _, err := s.makeAccount(a, c, *k)
	switch {
	case err != nil:
		return err
	case a.Stdin && s.refused == nil:
		return s.readStdin(ctx, a, k)
	case account.OAuth != nil, hasSource(account), !k.typed.IsZero():
		return nil
	case !s.asks:
		return line.NewUsageError(
			"no password to test the login with",
			"give --password-command, --password-file, --password-env or --stdin, or --no-test")
	}
	k.typed, err = s.askPassword(ctx, c)
	return err
}

// askPassword asks for the password until it could be one.
func (s *setup) askPassword(ctx context.Context, c choice) (secret.Secret, error) {
	for {
		typed, err := secret.AskSecret(ctx, term.Clean(fmt.Sprintf("The %s of %s at %s (--stdin, --password-command): ", c.Password, c.user, c.server)))
		if err == nil || ctx.Err() != nil || errors.Is(err, secret.ErrNoAnswer) || errors.Is(err, secret.ErrNoTerminal) {
			return typed, unansweredError(ctx, err)
		}
		s.ReportError("", err)
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
func (s *setup) tryUsers(ctx context.Context, a Answers, c *choice, k kept) (err error) {
	for i, user := range c.Users {
		if i > 0 {
			s.Warn(a.Name, "refused as %s; trying %s", c.Users[i-1], user)
		}
		c.user = user
		if err = s.tryLogin(ctx, a, c, k); !isError[*auth.LoginError](err) {
			return err
		}
	}
	c.user = c.Users[0]
	return err
}

// tryLogin logs in once, and tells what is there. A password goes over the network
// in the clear only where there is no other way, once somebody has agreed to do
// without TLS.
func (s *setup) tryLogin(ctx context.Context, a Answers, c *choice, k kept) error {
	err := s.logInOnce(ctx, a, *c, k)
	if errors.Is(err, auth.ErrClear) && c.TLS == config.TLSNone && !c.isClear {
		s.Warn(a.Name, "%s can't hide the password, so it is sent as it is", c.server)
		c.isClear = true
		err = s.logInOnce(ctx, a, *c, k)
	}
	return err
}

func (s *setup) logInOnce(ctx context.Context, a Answers, c choice, k kept) error {
	account, _, err := s.makeAccount(a, c, k)
	if err != nil {
		return err
	}
	if !k.typed.IsZero() {
		account.Password, account.OAuth = secret.Source{Account: account.Name, Password: k.typed}, nil
	}
	return s.LogIn(ctx, account)
}
