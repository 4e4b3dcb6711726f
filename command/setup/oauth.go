package setup

import (
	"context"
	"fmt"
	"unicode/utf8"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/secret"
)

// chooseLogin settles whether the account logs in by a password or by OAuth.
func (s *setup) chooseLogin(ctx context.Context) (bool, error) {
	s.oauth = nil
	id := s.flags.String("client-id")
	switch {
	case s.OAuth == "" && id != "":
		return false, line.Usage("--client-id is for the mail of Google and Microsoft", "for any other provider see the README, under OAuth")
	case s.OAuth == "":
		return true, nil
	case id == "" && s.Password != discover.PasswordNone && (!s.asks || s.hasPassword() || s.dryRun):
		return true, nil
	case id == "" && !s.asks:
		return false, line.Usage(
			s.Provider+" wants OAuth 2.0, and so a client id",
			"register a desktop application with the provider and give its --client-id")
	}
	if id == "" && s.Password != discover.PasswordNone {
		way, err := s.choose(ctx, fmt.Sprintf("Log in by (p)assword, which is an %s, or by (o)auth (--client-id)?", s.Password), "po")
		if err != nil || way == 'p' {
			return err == nil, err
		}
	}
	return true, s.askClient(ctx, id)
}

// askClient asks who the client is to the provider.
func (s *setup) askClient(ctx context.Context, id string) (err error) {
	for id == "" {
		if id, err = s.ask(ctx, "Client id of the application that you have registered with the provider (--client-id)", ""); err != nil {
			return err
		}
	}
	s.oauth = []config.Setting{{Key: "provider", Value: s.OAuth}, {Key: "client_id", Value: id}}
	if s.OAuth != "google" {
		return nil
	}
	if !s.asks {
		return line.Usage("Google wants a client secret too, and that must not stand on a command line", "run it on a terminal")
	}
	clientSecret, err := secret.Terminal(ctx, "Client secret: ")
	if err != nil {
		return asked(ctx, err)
	}
	if !utf8.ValidString(clientSecret.Reveal()) {
		return line.Usage("the client secret: "+notUTF8, utf8Hint)
	}
	s.oauth = append(s.oauth, config.Setting{Key: "client_secret", Value: clientSecret.Reveal()})
	return nil
}
