package command

import (
	"context"
	"errors"
	"fmt"

	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/secret"
	"popfetch/fetch"
	"popfetch/fetch/auth"
)

// chooseLogin settles whether the account logs in by a password or by OAuth.
func (s *setup) chooseLogin(ctx context.Context) (bool, error) {
	s.oauth = nil
	id := s.flags.String("client-id")
	switch {
	case s.OAuth == "" && id != "":
		return false, &usageError{"--client-id is for the mail of Google and Microsoft", "for any other provider see the README, under OAuth"}
	case s.OAuth == "":
		return true, nil
	case id == "" && s.Password != discover.PasswordNone && (!s.asks || s.hasPassword() || s.dryRun):
		return true, nil
	case id == "" && !s.asks:
		return false, &usageError{
			s.Provider + " wants OAuth 2.0, and so a client id",
			"register a desktop application with the provider and give its --client-id",
		}
	}
	if id == "" && s.Password != discover.PasswordNone {
		way, err := s.choose(ctx, fmt.Sprintf("Log in by (p)assword, which is an %s, or by (o)auth?", s.Password), "po")
		if err != nil || way == 'p' {
			return err == nil, err
		}
	}
	return true, s.askClient(ctx, id)
}

// askClient asks who the client is to the provider.
func (s *setup) askClient(ctx context.Context, id string) (err error) {
	for id == "" {
		if id, err = s.ask(ctx, "Client id of the application that you have registered with the provider", ""); err != nil {
			return err
		}
	}
	s.oauth = []config.Setting{{Key: "provider", Value: s.OAuth}, {Key: "client_id", Value: id}}
	if s.OAuth != "google" {
		return nil
	}
	if !s.asks {
		return &usageError{"Google wants a client secret too, and that must not stand on a command line", "run it on a terminal"}
	}
	clientSecret, err := secret.Terminal(ctx, "Client secret: ")
	if err != nil {
		return asked(ctx, err)
	}
	s.oauth = append(s.oauth, config.Setting{Key: "client_secret", Value: clientSecret.Reveal()})
	return nil
}

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
		if !s.asks || ctx.Err() != nil {
			return false, err
		}
		s.fail(s.name, err)
		s.refused = err
		tried := s.typed
		s.typed = secret.Secret{}
		what, askErr := s.choose(ctx, "Try (a)gain or the (n)ext server, (w)rite the account all the same, or (q)uit?", "anwq")
		switch {
		case askErr != nil:
			return false, askErr
		case what == 'w':
			s.typed = tried
			return true, nil
		case what == 'n':
			return false, nil
		case what == 'q':
			return false, shown(err)
		}
	}
}

// readStdin takes the password that is to be kept and not tested.
func (s *setup) readStdin(ctx context.Context) (err error) {
	if s.flags.Bool("stdin") && s.typed.IsZero() && !s.dryRun {
		s.typed, err = passwordOnStdin(ctx, account{})
	}
	return err
}

// needPassword gets the password, unless the account has it from somewhere.
func (s *setup) needPassword(ctx context.Context) error {
	a, _, err := s.make()
	switch {
	case err != nil:
		return err
	case s.flags.Bool("stdin"):
		return s.readStdin(ctx)
	case a.OAuth != nil, hasSource(a), !s.typed.IsZero():
		return nil
	case !s.asks:
		return &usageError{
			"no password to test the login with",
			"give --password-command, --password-file, --password-env or --stdin, or --no-test",
		}
	}
	typed, err := secret.Terminal(ctx, clean(fmt.Sprintf("The %s of %s at %s: ", s.Password, s.user, s.server)))
	if err != nil {
		return asked(ctx, err)
	}
	s.typed = typed
	return nil
}

// hasSource reports whether the account has its password from somewhere, by a
// key of its own or by the defaults.
func hasSource(a account) bool {
	from := a.Password
	return from.Command != "" || from.File != "" || from.Env != "" || !from.Password.IsZero()
}

// tryUsers logs in by each of the names that the server may want, as long as it
// is the login that is refused.
func (s *setup) tryUsers(ctx context.Context) (err error) {
	for i, user := range s.Users {
		if i > 0 {
			s.warn(s.name, "refused as %s; trying %s", s.Users[i-1], user)
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

// try logs in once, and tells what is there.
func (s *setup) try(ctx context.Context) error {
	a, _, err := s.make()
	if err != nil {
		return err
	}
	if !s.typed.IsZero() {
		a.Password = secret.Source{Account: a.Name, Password: s.typed}
	}
	return s.connected(ctx, a, func(session *fetch.Session) error {
		count, size, err := session.Client.Stat()
		if err != nil {
			return err
		}
		s.warn(a.Name, "logged in as %s by %s: %s (%s) on the server", a.User, session.Mechanism, messages(count), sizeText(size))
		return session.Client.Leave()
	})
}
