package setup

import (
	"context"
	"fmt"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/secret"
)

// chooseLogin settles whether the account logs in by a password or by OAuth.
func (s *setup) chooseLogin(ctx context.Context, a Answers, c *choice) (goesOn bool, err error) {
	id := a.ClientID
	switch {
	case c.OAuth == "" && id != "":
		return false, line.NewUsageError("--client-id is for the mail of Google and Microsoft", "for any other provider see the README, under OAuth")
	case c.OAuth == "":
		return true, nil
	case id == "" && c.Password != discover.PasswordNone && (!s.asks || a.hasPassword() || a.DryRun):
		return true, nil
	case id == "" && !s.asks:
		return false, line.NewUsageError(
			c.Provider+" wants OAuth 2.0, and so a client id",
			"register a desktop application with the provider and give its --client-id")
	}
	if id == "" && c.Password != discover.PasswordNone {
		way, err := s.chooseLetter(ctx, fmt.Sprintf("Log in by (p)assword, which is an %s, or by (o)auth (--client-id)?", c.Password), "po")
		if err != nil || way == 'p' {
			return err == nil, err
		}
	}
	c.oauth, err = s.askClient(ctx, c.OAuth, id)
	return true, err
}

// askClient asks who the client is to the provider, and returns the keys that say
// so.
func (s *setup) askClient(ctx context.Context, provider, id string) (settings []config.Setting, err error) {
	for id == "" {
		if id, err = s.askLine(ctx, "Client id of the application that you have registered with the provider (--client-id)", ""); err != nil {
			return nil, err
		}
	}
	settings = []config.Setting{{Key: "provider", Value: provider}, {Key: "client_id", Value: id}}
	if provider != "google" {
		return settings, nil
	}
	if !s.asks {
		return nil, line.NewUsageError("Google wants a client secret too, and that must not stand on a command line", "run it on a terminal")
	}
	clientSecret, err := secret.AskSecret(ctx, "Client secret: ")
	if err != nil {
		return nil, unansweredError(ctx, err)
	}
	if err := CheckText("the client secret", clientSecret.Reveal()); err != nil {
		return nil, err
	}
	return append(settings, config.Setting{Key: "client_secret", Value: clientSecret.Reveal()}), nil
}
