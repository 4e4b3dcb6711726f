package command

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store/trusted"
)

// loginOf is who logs in where, for a person.
func loginOf(a account) string { return a.User + "@" + a.Host }

// titleOf is what a person calls the account.
func titleOf(a account) string { return term.Clean(a.Title()) }

// isByURL reports whether the account was named by a URL.
func isByURL(a account) bool { return a.Password.URL }

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

// trustOf reads the certificates that the keys of TLS name.
func trustOf(t config.TLS) (trust dial.TLS, err error) {
	trust = dial.TLS{ServerName: t.ServerName, MinVersion: t.MinVersion, Insecure: t.Insecure, Legacy: legacyOf(t)}
	for _, f := range t.Fingerprints {
		trust.Pins = append(trust.Pins, dial.Pin(f))
	}
	if t.CAFile != "" {
		pem, err := readCertificates(t.CAFile)
		if err != nil {
			return trust, fmt.Errorf("tls_ca_file: %w", err)
		}
		trust.Roots = x509.NewCertPool()
		if !trust.Roots.AppendCertsFromPEM(pem) {
			return trust, fmt.Errorf("tls_ca_file: no certificate in %s", t.CAFile)
		}
	}
	if t.ClientCert != "" {
		own, err := ownCertificate(t)
		if err != nil {
			return trust, fmt.Errorf("tls_client_cert: %w", err)
		}
		trust.Certificates = []tls.Certificate{own}
	}
	return trust, nil
}

func ownCertificate(t config.TLS) (tls.Certificate, error) {
	certificate, err := readCertificates(t.ClientCert)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := readKey(t.ClientKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certificate, key)
}

// maxCertificates bounds a file of certificates or keys, in bytes: the authorities
// of a whole system are a quarter of a megabyte.
const maxCertificates = 4 << 20

// readCertificates reads a file by which a server is trusted, or which makes us
// trusted: nobody else can have written it.
func readCertificates(path string) ([]byte, error) {
	f, err := trusted.Open(path, trusted.Obey)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxCertificates))
}

// readKey reads the file of a private key, which nobody else can read.
func readKey(path string) ([]byte, error) {
	f, err := secret.OpenPrivate("tls_client_key "+path, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxCertificates))
}

// proxyOf is the proxy that the account's connections go through, or nil.
func proxyOf(a account) *dial.Proxy {
	if a.Proxy == nil {
		return nil
	}
	return &dial.Proxy{Address: a.Proxy.Address, User: a.Proxy.User, Password: a.Proxy.Password.Reveal}
}
