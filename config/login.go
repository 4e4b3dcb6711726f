package config

import (
	"net"
	"slices"
	"strconv"
	"time"

	"popfetch/config/secret"
)

// A Login is how a server is reached, and who logs in there: what an account has.
type Login struct {
	Host string // name or address, without brackets
	Port int
	TLS  TLS

	User               string
	Auth               string // one of authMechanisms; auto lets the server's offer decide
	Password           secret.Source
	AllowPlaintextAuth bool
	OAuth              *OAuth // nil: none

	Timeout        time.Duration // without a byte in either direction
	ConnectTimeout time.Duration
	Proxy          *Proxy // nil: none
}

// The times of a login that names none.
const (
	defaultTimeout        = 60 * time.Second
	defaultConnectTimeout = 30 * time.Second
)

// authMechanisms are the values of auth, the default first.
var authMechanisms = []string{
	"auto", "scram-sha-256", "scram-sha-1", "cram-md5", "plain", "login", "user", "apop", "oauthbearer", "xoauth2", "external",
}

// loginKeys are the keys of a login.
var loginKeys = slices.Concat(
	[]key[Login]{
		{
			name: "server", help: "`host`, `host:port`, `[v6]:port`; without a port 995 for `tls: implicit`, else 110",
			try: "pop.example.net:1995", set: setServer,
		},
		{
			name: "tls", help: "`implicit` (POP3S), `starttls` (STLS, required), `none`",
			try: "starttls", set: func(f field, l *Login) { readChoice(f, &l.TLS.Mode, tlsModes) },
		},
	},
	keysWithin(func(l *Login) *TLS { return &l.TLS }, tlsKeys),
	[]key[Login]{
		{name: "user", help: "the login", try: "you", set: func(f field, l *Login) { readValue(f, &l.User, asIs) }},
		{
			name: "auth",
			help: "`auto`, `scram-sha-256`, `scram-sha-1`, `cram-md5`, `plain`, `login`, `user`, `apop`, `oauthbearer`, `xoauth2`, `external`",
			try:  "cram-md5", set: func(f field, l *Login) { readValue(f, &l.Auth, oneOf(authMechanisms)) },
		},
		{
			name: "password_command", help: "one of them; else the keyring; else a prompt on the terminal", oneOf: ofPassword,
			try: "pass show work", set: func(f field, l *Login) { f.readCommand(&l.Password.Command) },
		},
		{
			name: "password_file", oneOf: ofPassword,
			try: "/secret", set: func(f field, l *Login) { f.readPath(&l.Password.File) },
		},
		{
			name: "password_env", oneOf: ofPassword,
			try: "MAIL_PW", set: func(f field, l *Login) { readValue(f, &l.Password.Env, parseVariable) },
		},
		{
			name: "password", oneOf: ofPassword, secret: alwaysSecret("a password"),
			try: "'s p a c e s'", set: func(f field, l *Login) { readValue(f, &l.Password.Password, secret.Parse) },
		},
		{
			name: "allow_plaintext_auth", help: "`false`; `true` lets the password cross the network without TLS",
			try: "true", set: func(f field, l *Login) { readValue(f, &l.AllowPlaintextAuth, parseBool) },
		},
		{
			name: "oauth",
			help: "`provider` (`google`, `microsoft`) or `auth_url`, `token_url`, `device_url`; `client_id`, `client_secret`, `scopes`; " +
				"or only `token_command`",
			try: "{provider: microsoft}", set: setOAuth,
		},
		{
			name: "timeout",
			help: "`60s` without a byte in either direction, and then 3 minutes for greeting, login, lists and QUIT; another value is for all of them. `30s`",
			try:  "5m", set: func(f field, l *Login) { readValue(f, &l.Timeout, parseTimeout) },
		},
		{name: "connect_timeout", try: "1s", set: func(f field, l *Login) { readValue(f, &l.ConnectTimeout, parseTimeout) }},
		{
			name: "proxy", secret: passwordInURL,
			help: "`none`; `socks5://host:port` or `socks5://user:pass@host:port`, which is told the server's name, and looks it up",
			try:  "socks5://h:1", set: func(f field, l *Login) { readValue(f, &l.Proxy, parseProxy) },
		},
	},
)

// defaultLogin holds the value of every key that isn't given. Item is where the
// keyring has the password. The port depends on the kind of TLS and comes later.
func defaultLogin(item string) Login {
	return Login{
		Auth: authMechanisms[0], Password: secret.Source{Account: item},
		Timeout: defaultTimeout, ConnectTimeout: defaultConnectTimeout,
	}
}

// complete fills in what follows from other keys. Port tells where a server
// listens.
func (l *Login) complete(port func(TLSMode) int) {
	if l.Port == 0 {
		l.Port = port(l.TLS.Mode)
	}
	l.TLS.complete()
	l.Password.Login = l.User + "@" + l.Host
}

// Address returns host and port for a dialler.
func (l Login) Address() string { return net.JoinHostPort(l.Host, strconv.Itoa(l.Port)) }

// setServer reads server into host and port.
func setServer(f field, l *Login) {
	readValue(f, &l.Host, func(text string) (host string, err error) {
		host, l.Port, err = parseServer(text)
		return host, err
	})
}

// parseVariable reads the name of a variable. The error doesn't show a bad
// one: it's most likely the password itself.
func parseVariable(text string) (string, error) {
	if !isVariable(text) {
		return "", fault{"not the name of a variable", "write its name without the $: letters, digits and _"}
	}
	return text, nil
}
