package auth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/config/oauth/oauthtest"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/dovecottest"
	"popfetch/fetch/pop3/pop3d"
)

// A session is how one connection to a Dovecot is to be.
type session struct {
	security dial.Security
	own      []tls.Certificate
}

// begin connects as far as the login.
func (s session) begin(t *testing.T, dovecot *dovecottest.Server) (*pop3.Client, auth.Channel) {
	t.Helper()
	authority, err := os.ReadFile(dovecot.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	address := dovecot.PlainAddr
	if s.security == dial.Implicit {
		address = dovecot.TLSAddr
	}
	host, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	server := dial.Server{
		Host: host, Port: number, Security: s.security, ConnectTimeout: time.Minute,
		TLS: dial.TLS{Roots: roots, Certificates: s.own},
	}
	conn, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := pop3.New(t.Context(), conn, nil)
	t.Cleanup(func() { c.Close() })
	channel := auth.Channel{Host: host, Port: number, Verified: s.security != dial.None}
	channel.Greeting, err = c.Greeting()
	if s.security == dial.StartTLS {
		err = errors.Join(err, c.StartTLS(func(plain net.Conn) (net.Conn, error) {
			conn, err = server.Upgrade(t.Context(), plain)
			return conn, err
		}))
	}
	if secured, ok := conn.(*tls.Conn); ok {
		state := secured.ConnectionState()
		channel.TLS = &state
	}
	if _, capaErr := c.Capabilities(); errors.Join(err, capaErr) != nil {
		t.Fatal(err, capaErr)
	}
	return c, channel
}

var securities = map[string]dial.Security{"TLS": dial.Implicit, "STLS": dial.StartTLS, "clear": dial.None}

// TestDovecot logs in by each mechanism that a real server has, with the right
// password and with a wrong one; with -short only through TLS.
func TestDovecot(t *testing.T) {
	t.Parallel()
	names := []string{"plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "apop"}
	dovecot := dovecottest.Start(t, dovecottest.WithMechanisms(names...))
	const user, password = "me@example.org", "a secret, with = and \u00fc"
	dovecot.AddUser(user, password)
	for way, security := range securities {
		if testing.Short() && security != dial.Implicit {
			continue
		}
		for _, name := range append(slices.Clone(names), "user", auth.Auto) {
			t.Run(way+" "+name, func(t *testing.T) {
				t.Parallel() // the server takes half a second for each refusal
				logIn(t, dovecot, session{security: security}, name, password)
				c, channel := session{security: security}.begin(t, dovecot)
				_, err := auth.Login(t.Context(), c, credentials(user, name, "wrong"), channel)
				refused, ok := errors.AsType[*pop3.Error](err)
				if _, isLogin := errors.AsType[*auth.LoginError](err); !ok || !isLogin || refused.Code != pop3.CodeAuth {
					t.Errorf("with a wrong password: %v", err)
				}
			})
		}
	}
}

func credentials(user, mechanism, password string) auth.Credentials {
	return auth.Credentials{
		User: user, Mechanism: mechanism, AllowClear: true,
		Password: func(context.Context) (string, error) { return password, nil },
	}
}

// logIn logs in and sees that the maildrop is open.
func logIn(t *testing.T, dovecot *dovecottest.Server, s session, name, password string) {
	t.Helper()
	c, channel := s.begin(t, dovecot)
	by, err := auth.Login(t.Context(), c, credentials("me@example.org", name, password), channel)
	want := name
	if name == auth.Auto {
		want = "scram-sha-256"
	}
	if by != want || err != nil {
		t.Fatalf("got %q, %v", by, err)
	}
	if _, _, err := c.Stat(); err != nil {
		t.Error(err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

// TestDovecotAsTyped has a password that SCRAM changes and Dovecot doesn't.
func TestDovecotAsTyped(t *testing.T) {
	t.Parallel()
	const user, password = "me@example.org", "a\u00a0secret"
	for offers, want := range map[string]string{"plain scram-sha-256": "plain", "scram-sha-256": "scram-sha-256"} {
		dovecot := dovecottest.Start(t, dovecottest.WithMechanisms(strings.Fields(offers)...))
		dovecot.AddUser(user, password)
		c, channel := session{security: dial.Implicit}.begin(t, dovecot)
		mine := credentials(user, auth.Auto, password)
		if want == "scram-sha-256" {
			mine.Mechanism = want // USER is offered, too
		}
		if by, err := auth.Login(t.Context(), c, mine, channel); by != want || err != nil {
			t.Errorf("%s: %q, %v", offers, by, err)
		}
	}
}

// TestDovecotExternal logs in by a certificate, and without one.
func TestDovecotExternal(t *testing.T) {
	t.Parallel()
	own, authority, err := pop3d.Identity{Name: "me@example.org"}.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	dovecot := dovecottest.Start(t,
		dovecottest.WithMechanisms("plain", "external"), dovecottest.WithClientCertificates(authority))
	dovecot.AddUser("me@example.org", "a secret")
	for _, way := range []string{"TLS", "STLS"} {
		s := session{securities[way], []tls.Certificate{own}}
		for _, name := range []string{auth.Auto, "external"} {
			c, channel := s.begin(t, dovecot)
			mine := credentials("me@example.org", name, "")
			mine.Certificate = true
			if by, err := auth.Login(t.Context(), c, mine, channel); by != "external" || err != nil {
				t.Errorf("%s, %s: %q, %v", way, name, by, err)
			}
			if _, _, err := c.Stat(); err != nil {
				t.Error(err)
			}
		}
		c, channel := session{security: securities[way]}.begin(t, dovecot)
		_, err := auth.Login(t.Context(), c, credentials("me@example.org", "external", ""), channel)
		if failed, ok := errors.AsType[*auth.LoginError](err); !ok || !strings.Contains(failed.Hint(), "tls_client_cert") {
			t.Errorf("%s without a certificate: %v", way, err)
		}
	}
}

// TestDovecotOAuth logs in by access tokens, which the server has looked at by
// whoever made them; with -short only through TLS.
func TestDovecotOAuth(t *testing.T) {
	t.Parallel()
	provider := oauthtest.Start(t, oauthtest.Rules{})
	dovecot := dovecottest.Start(t,
		dovecottest.WithMechanisms("plain", "xoauth2", "oauthbearer"), dovecottest.WithIntrospection(provider.IntrospectURL()))
	dovecot.AddUser("me@example.org", "a secret")
	for way, security := range securities {
		if testing.Short() && security != dial.Implicit {
			continue
		}
		for name, want := range map[string]string{"xoauth2": "xoauth2", "oauthbearer": "oauthbearer", auth.Auto: "oauthbearer"} {
			t.Run(way+" "+name, func(t *testing.T) {
				t.Parallel() // the server takes half a second for each refusal
				tokens := []string{"not a token of theirs", provider.MintToken("me@example.org")}
				mine := credentials("me@example.org", name, "")
				mine.Token = func(_ context.Context, refused string) (string, error) {
					token := tokens[0]
					if tokens = tokens[1:]; len(tokens) == 0 && refused != "not a token of theirs" {
						t.Errorf("refused %q", refused)
					}
					return token, nil
				}
				c, channel := session{security: security}.begin(t, dovecot)
				if by, err := auth.Login(t.Context(), c, mine, channel); by != want || err != nil {
					t.Fatalf("got %q, %v", by, err)
				}
				if _, _, err := c.Stat(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	c, channel := session{security: dial.Implicit}.begin(t, dovecot)
	mine := credentials("me@example.org", "xoauth2", "nonsense")
	_, err := auth.Login(t.Context(), c, mine, channel)
	if _, ok := errors.AsType[*auth.LoginError](err); !ok || !strings.Contains(err.Error(), "status") || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("by a password: %v", err)
	}
}
