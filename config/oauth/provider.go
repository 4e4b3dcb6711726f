package oauth

import (
	"cmp"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"
)

// A provider is what is known of one that needs no addresses in the
// configuration.
type provider struct {
	endpoint oauth2.Endpoint
	scopes   []string
	host     string // the loopback's name in the address that the browser comes back to
	options  []oauth2.AuthCodeOption
}

// loopbackHost is that name where no provider asks for another: a name could
// be resolved to somewhere else (RFC 8252, section 8.3).
const loopbackHost = "127.0.0.1"

var providers = map[string]provider{
	// Google's device code can't be used for mail: the scope isn't allowed there.
	// It gives a refresh token only to who asks for one, and again only to who
	// lets the person consent again.
	"google": {
		endpoint: oauth2.Endpoint{AuthURL: endpoints.Google.AuthURL, TokenURL: endpoints.Google.TokenURL},
		scopes:   []string{"https://mail.google.com/"},
		host:     loopbackHost,
		options:  []oauth2.AuthCodeOption{oauth2.AccessTypeOffline, oauth2.ApprovalForce},
	},
	// Microsoft ignores the port of a registered address only for localhost.
	"microsoft": {
		endpoint: endpoints.AzureAD("common"),
		scopes:   []string{"https://outlook.office.com/POP.AccessAsUser.All", "offline_access"},
		host:     "localhost",
	},
	"": {host: loopbackHost},
}

// oauthConfig is what package oauth2 must know.
func (s *Settings) oauthConfig() *oauth2.Config {
	preset := providers[s.Provider]
	scopes := s.Scopes
	if len(scopes) == 0 {
		scopes = preset.scopes
	}
	return &oauth2.Config{
		ClientID:     s.ClientID,
		ClientSecret: s.ClientSecret.Reveal(),
		Scopes:       scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:       cmp.Or(s.AuthURL, preset.endpoint.AuthURL),
			TokenURL:      cmp.Or(s.TokenURL, preset.endpoint.TokenURL),
			DeviceAuthURL: cmp.Or(s.DeviceURL, preset.endpoint.DeviceAuthURL),
		},
	}
}

// authStyles are the ways to say who the client is, in the order they are tried.
// Servers must know the header but not the parameters (RFC 6749, section
// 2.3.1); those of the presets know the parameters, and a client without a
// secret has nothing for a header to say.
func (s *Settings) authStyles() []oauth2.AuthStyle {
	if s.Provider != "" || s.ClientSecret.IsZero() {
		return []oauth2.AuthStyle{oauth2.AuthStyleInParams}
	}
	return []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams}
}

// CanDevice reports whether the account can sign in by device code.
func (s *Settings) CanDevice() bool { return s.oauthConfig().Endpoint.DeviceAuthURL != "" }

// CanBrowser reports whether it can sign in through a browser.
func (s *Settings) CanBrowser() bool { return s.oauthConfig().Endpoint.AuthURL != "" }

// PrefersDevice reports whether the device code is the better of the two.
// Where it's to be had, it works from any machine, in any browser.
func (s *Settings) PrefersDevice() bool { return s.CanDevice() && s.Provider != "google" }
