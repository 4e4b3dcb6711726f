package auth

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"

	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
)

// theStamp is the timestamp of servers that offer APOP.
const theStamp = "<1896.697170952@dbc.mtview.ca.us>"

// everything is what a server can be lent.
func everything(tamper authtest.Tamper, offersPlus bool) map[string]authtest.Begin {
	return map[string]authtest.Begin{
		"SCRAM-SHA-256":      authtest.SCRAM(sha256.New, offersPlus, tamper),
		"SCRAM-SHA-1":        authtest.SCRAM(sha1.New, offersPlus, tamper),
		"SCRAM-SHA-256-PLUS": authtest.SCRAM(sha256.New, offersPlus, tamper),
		"SCRAM-SHA-1-PLUS":   authtest.SCRAM(sha1.New, offersPlus, tamper),
		"CRAM-MD5":           authtest.CRAMMD5(),
		"LOGIN":              authtest.Login(),
		"XOAUTH2":            authtest.XOAUTH2(isToken),
		"OAUTHBEARER":        authtest.OAuthBearer(isToken),
	}
}

// only lends these mechanisms, of which PLAIN is always one that is known.
func only(tamper authtest.Tamper, names ...string) *pop3d.Server {
	offers := "SASL " + strings.Join(names, " ")
	s := &pop3d.Server{Mechanisms: everything(tamper, strings.Contains(offers, "-PLUS")), Stamp: theStamp}
	s.Capabilities = []string{offers}
	return s
}

// isToken knows the token of a user.
func isToken(user, token string) bool { return token == "token of "+user }

// secured gives the server TLS of a version, from the first byte on.
func secured(t *testing.T, s *pop3d.Server, version uint16) *pop3d.Server {
	t.Helper()
	certificate, _, err := pop3d.Certificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s.TLS, s.Implicit = &tls.Config{Certificates: []tls.Certificate{certificate}, MaxVersion: version}, true
	return s
}

// connectOver connects as far as the login, and returns the way there.
func connectOver(t *testing.T, s *pop3d.Server) (*pop3.Client, Channel, func() []string) {
	t.Helper()
	s.SetUser("me", "a secret", nil)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	conn, err := net.DialTimeout("tcp", s.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	channel := Channel{Host: "pop.example.org", Port: 995}
	if s.Implicit {
		encrypted := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
		if err := encrypted.HandshakeContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		state := encrypted.ConnectionState()
		conn, channel.TLS, channel.Verified = encrypted, &state, true
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Timeout: patience})
	t.Cleanup(func() { c.Close() })
	greeting, err := c.Greeting()
	_, capaErr := c.Capabilities()
	if err := errors.Join(err, capaErr); err != nil {
		t.Fatal(err)
	}
	channel.Greeting = greeting
	return c, channel, func() []string { return s.Sessions()[0].Commands[1:] }
}

// me are the credentials of the only user.
func me() Credentials { return Credentials{User: "me", Password: knows("a secret")} }
