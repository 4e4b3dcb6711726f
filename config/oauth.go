package config

import (
	"net"
	"net/url"
	"strings"

	"popfetch/config/secret"
)

// OAuth says where the access token of an account comes from: from a command
// alone, or from a provider, whose addresses may be given one by one.
type OAuth struct {
	Provider     string // google, microsoft or empty
	AuthURL      string
	TokenURL     string
	DeviceURL    string
	ClientID     string
	ClientSecret secret.Secret
	Scopes       []string
	TokenCommand string // shell command that prints an access token
}

// providers are the values of provider.
var providers = []string{"google", "microsoft"}

// oauthKeys are the keys inside oauth.
var oauthKeys = []key[OAuth]{
	{name: "provider", set: func(f field, o *OAuth) { readValue(f, &o.Provider, oneOf(providers)) }},
	{name: "auth_url", set: func(f field, o *OAuth) { readValue(f, &o.AuthURL, parseEndpoint) }},
	{name: "token_url", set: func(f field, o *OAuth) { readValue(f, &o.TokenURL, parseEndpoint) }},
	{name: "device_url", set: func(f field, o *OAuth) { readValue(f, &o.DeviceURL, parseEndpoint) }},
	{name: "client_id", set: func(f field, o *OAuth) { readValue(f, &o.ClientID, asIs) }},
	{
		name: "client_secret", secret: alwaysSecret("a client_secret"),
		set: func(f field, o *OAuth) { readValue(f, &o.ClientSecret, secret.Parse) },
	},
	{name: "scopes", set: func(f field, o *OAuth) { o.Scopes = f.readWords() }},
	{name: "token_command", set: func(f field, o *OAuth) { f.readCommand(&o.TokenCommand) }},
}

// setOAuth reads the map of oauth.
func setOAuth(f field, l *Login) {
	oauth := &OAuth{}
	inside, ok := f.decoder.readFields(f.account, f.key+".", f.value, namesOf(oauthKeys))
	if !ok {
		return
	}
	setAll(oauthKeys, inside, oauth)
	l.OAuth = oauth
	given := func(name string) bool { return hasField(inside, name) }
	switch {
	case given("token_command") && len(inside) > 1:
		f.reportProblem("token_command and other keys", "let token_command stand alone: it prints the token")
	case given("token_command"):
	case !given("provider") && (!given("token_url") || !given("auth_url") && !given("device_url")):
		f.reportProblem("no provider", "give provider, or token_url with auth_url or device_url, or only token_command")
	case !given("client_id"):
		f.reportProblem("no client_id", "give the one that you have registered with the provider")
	}
}

// parseEndpoint reads the address of an OAuth endpoint, which gets secrets: it
// has TLS, unless it's on this machine.
func parseEndpoint(text string) (string, error) {
	endpoint, err := url.Parse(text)
	if err != nil || endpoint.Host == "" || endpoint.User != nil {
		return "", fault{"not an address", "write https://host/path"}
	}
	if endpoint.Scheme == "https" || endpoint.Scheme == "http" && isLoopback(endpoint.Hostname()) {
		return text, nil
	}
	return "", fault{"an address without TLS", "write https://host/path"}
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
