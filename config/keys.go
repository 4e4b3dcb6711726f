package config

import (
	"maps"
	"slices"

	"popfetch/config/secret"
)

// accountKeys are the keys of an account, and what each of them does.
var accountKeys = withTLS(map[string]func(field, *Account){
	"enabled": func(f field, a *Account) { take(f, &a.Enabled, parseBool) },

	"server": setServer,
	"tls":    func(f field, a *Account) { choose(f, &a.TLS.Mode, tlsModes) },

	"user":                 func(f field, a *Account) { take(f, &a.User, asIs) },
	"auth":                 func(f field, a *Account) { take(f, &a.Auth, oneOf(authMechanisms)) },
	"password_command":     func(f field, a *Account) { f.command(&a.Password.Command) },
	"password_file":        func(f field, a *Account) { f.path(&a.Password.File) },
	"password_env":         func(f field, a *Account) { take(f, &a.Password.Env, parseVariable) },
	"password":             func(f field, a *Account) { take(f, &a.Password.Password, secret.Parse) },
	"allow_plaintext_auth": func(f field, a *Account) { take(f, &a.AllowPlaintextAuth, parseBool) },
	"oauth":                setOAuth,

	"maildir":        func(f field, a *Account) { f.path(&a.Maildir) },
	"mbox":           func(f field, a *Account) { f.path(&a.MBox) },
	"pipe":           func(f field, a *Account) { f.command(&a.Pipe) },
	"lmtp":           setLMTP,
	"lmtp_recipient": func(f field, a *Account) { take(f, &a.LMTP.Recipient, recipient) },

	"delete":       func(f field, a *Account) { take(f, &a.Delete, parseDelete) },
	"start":        func(f field, a *Account) { take(f, &a.Start, parseStart) },
	"max_size":     func(f field, a *Account) { take(f, &a.MaxSize, parseSize) },
	"max_messages": func(f field, a *Account) { take(f, &a.MaxMessages, parseCount) },
	"filter":       func(f field, a *Account) { f.command(&a.Filter) },
	"on_new":       func(f field, a *Account) { f.command(&a.OnNew) },

	"min_interval":    func(f field, a *Account) { take(f, &a.MinInterval, parseInterval) },
	"error_grace":     func(f field, a *Account) { take(f, &a.ErrorGrace, ParseDuration) },
	"timeout":         func(f field, a *Account) { take(f, &a.Timeout, parseTimeout) },
	"connect_timeout": func(f field, a *Account) { take(f, &a.ConnectTimeout, parseTimeout) },
	"proxy":           func(f field, a *Account) { take(f, &a.Proxy, parseProxy) },
	"pipelining":      func(f field, a *Account) { choose(f, &a.Pipelining, pipelinings) },
}, func(a *Account) *TLS { return &a.TLS })

// tlsKeys are the keys that say how TLS is to be, and whom it may trust.
var tlsKeys = map[string]func(field, *TLS){
	"tls_ca_file":     func(f field, t *TLS) { f.path(&t.CAFile) },
	"tls_server_name": func(f field, t *TLS) { take(f, &t.ServerName, asIs) },
	"tls_min_version": func(f field, t *TLS) { take(f, &t.MinVersion, parseTLSVersion) },
	"tls_client_cert": func(f field, t *TLS) { f.path(&t.ClientCert) },
	"tls_client_key":  func(f field, t *TLS) { f.path(&t.ClientKey) },
	"tls_insecure":    func(f field, t *TLS) { take(f, &t.Insecure, parseBool) },
	"tls_fingerprint": setFingerprints,
	"tls_legacy":      setLegacy,
}

// withTLS adds the keys of TLS to those of a map that has it somewhere.
func withTLS[T any](keys map[string]func(field, *T), of func(*T) *TLS) map[string]func(field, *T) {
	for name, set := range tlsKeys {
		keys[name] = func(f field, to *T) { set(f, of(to)) }
	}
	return keys
}

// accountKeyNames are all keys of an account.
var accountKeyNames = slices.Sorted(maps.Keys(accountKeys))

// The groups of keys of which an account has at most one. An account that
// names one of a group inherits none of it.
var (
	destinations = []string{"maildir", "mbox", "pipe", "lmtp"}
	passwords    = []string{"password_command", "password_file", "password_env", "password"}
)

// setServer reads server into host and port.
func setServer(f field, a *Account) {
	take(f, &a.Host, func(text string) (host string, err error) {
		host, a.Port, err = parseServer(text)
		return host, err
	})
}

// setFingerprints reads one fingerprint or a list of them.
func setFingerprints(f field, t *TLS) {
	t.Fingerprints = nil
	for _, item := range f.items() {
		var sum Fingerprint
		take(item, &sum, ParseFingerprint)
		t.Fingerprints = append(t.Fingerprints, sum)
	}
}

// setLegacy reads one of the words or a list of them.
func setLegacy(f field, t *TLS) {
	t.Legacy = nil
	for _, item := range f.items() {
		var word string
		take(item, &word, oneOf(tlsLegacies))
		if word != "" && word != tlsLegacies[0] {
			t.Legacy = append(t.Legacy, word)
		}
	}
}

// parseVariable reads the name of a variable. The error doesn't show a bad
// one: it's most likely the password itself.
func parseVariable(text string) (string, error) {
	if !isVariable(text) {
		return "", fault{"not the name of a variable", "write its name without the $: letters, digits and _"}
	}
	return text, nil
}
