package command

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"popfetch/config"
	"popfetch/fetch"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
)

// login is who logs in where, for a person.
func login(a account) string { return a.User + "@" + a.Host }

// title is what a person calls the account.
func title(a account) string { return clean(a.Title()) }

// byURL reports whether the account was named by a URL.
func byURL(a account) bool { return a.Password.URL }

var securities = map[config.TLSMode]dial.Security{
	config.TLSImplicit: dial.Implicit,
	config.TLSStartTLS: dial.StartTLS,
	config.TLSNone:     dial.None,
}

var pipelinings = map[config.Pipelining]pop3.Pipelining{
	config.PipeliningAuto: pop3.Auto,
	config.PipeliningOn:   pop3.On,
	config.PipeliningOff:  pop3.Off,
}

// trustOf reads the certificates that the account names.
func trustOf(a account) (trust dial.TLS, err error) {
	trust = dial.TLS{ServerName: a.TLS.ServerName, MinVersion: a.TLS.MinVersion, Insecure: a.TLS.Insecure, Legacy: legacyOf(a)}
	for _, f := range a.TLS.Fingerprints {
		trust.Pins = append(trust.Pins, dial.Pin(f))
	}
	if a.TLS.CAFile != "" {
		pem, err := os.ReadFile(a.TLS.CAFile)
		if err != nil {
			return trust, fmt.Errorf("tls_ca_file: %w", err)
		}
		trust.Roots = x509.NewCertPool()
		if !trust.Roots.AppendCertsFromPEM(pem) {
			return trust, fmt.Errorf("tls_ca_file: no certificate in %s", a.TLS.CAFile)
		}
	}
	if a.TLS.ClientCert != "" {
		own, err := tls.LoadX509KeyPair(a.TLS.ClientCert, a.TLS.ClientKey)
		if err != nil {
			return trust, fmt.Errorf("tls_client_cert: %w", err)
		}
		trust.Certificates = []tls.Certificate{own}
	}
	return trust, nil
}

// proxyOf is the proxy that the account's connections go through, or nil.
func proxyOf(a account) *dial.Proxy {
	if a.Proxy == nil {
		return nil
	}
	return &dial.Proxy{Address: a.Proxy.Address, User: a.Proxy.User, Password: a.Proxy.Password.Reveal}
}

func rulesOf(a account) fetch.Rules {
	rules := fetch.Rules{
		Start:       fetch.Start{Skip: a.Start.Recent, Last: a.Start.Last},
		MaxSize:     a.MaxSize,
		MaxMessages: a.MaxMessages,
	}
	switch {
	case a.Delete.Enabled && a.Delete.After == 0:
		rules.Delete.When = fetch.AtOnce
	case a.Delete.Enabled:
		rules.Delete = fetch.Delete{When: fetch.AfterWhile, After: a.Delete.After}
	}
	return rules
}
