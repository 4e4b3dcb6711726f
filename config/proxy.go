package config

import (
	"net/url"
	"strings"

	"popfetch/config/secret"
)

// A Proxy is a SOCKS5 proxy that connections go through.
type Proxy struct {
	Address  string // host:port
	User     string // empty: it asks for no login
	Password secret.Secret
}

// parseProxy reads none or socks5://[user:pass@]host:port. No error of it
// shows any part of the text, because that may be the password.
func parseProxy(text string) (*Proxy, error) {
	if text == "none" {
		return nil, nil
	}
	bad := fault{"not a proxy", "use none, socks5://host:port or socks5://user:pass@host:port, with %XX for what a URL can't hold"}
	rest, isSOCKS := strings.CutPrefix(text, "socks5://")
	login, server, hasLogin := splitAuthority(rest)
	host, port, err := parseServer(server)
	if !isSOCKS || err != nil || port == 0 || strings.ContainsAny(rest, "/?#") {
		return nil, bad
	}
	user, password, _ := strings.Cut(login, ":")
	user, userErr := url.PathUnescape(user)
	password, passwordErr := url.PathUnescape(password)
	if userErr != nil || passwordErr != nil || hasLogin && user == "" {
		return nil, bad
	}
	return &Proxy{Address: dialAddress(host, port), User: user, Password: secret.New(password)}, nil
}
