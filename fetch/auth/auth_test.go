package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// patience bounds every connection of a test.
const patience = 20 * time.Second

// local is a way on which nobody can read along or meddle.
var local = Channel{Local: true}

// connect returns a client that has asked for the capabilities, and the
// server's account of the session.
func connect(t *testing.T, s *pop3d.Server) (*pop3.Client, func() []string) {
	t.Helper()
	s.SetUser("me", "a secret", nil)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", s.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Timeout: patience})
	t.Cleanup(func() {
		c.Close()
		s.Close()
	})
	if _, err := c.Greeting(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Capabilities(); err != nil {
		t.Fatal(err)
	}
	return c, func() []string { return s.Sessions()[0].Commands[1:] }
}

// knows is a password that is known already.
func knows(password string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return password, nil }
}

func TestLogin(t *testing.T) {
	tests := []struct {
		name, mechanism string
		server          *pop3d.Server
		want            string
		sent            []string
	}{
		{"best", Auto, &pop3d.Server{}, "plain", []string{"AUTH PLAIN AG1lAGEgc2VjcmV0"}},
		{"by default", "", &pop3d.Server{}, "plain", []string{"AUTH PLAIN AG1lAGEgc2VjcmV0"}},
		{"by choice", "user", &pop3d.Server{}, "user", []string{"USER me", "PASS a secret"}},
		{
			"what there is", Auto, &pop3d.Server{Capabilities: []string{"USER", "SASL X-ODD"}},
			"user",
			[]string{"USER me", "PASS a secret"},
		},
		{
			"without CAPA", Auto, &pop3d.Server{Intercept: fault.When(fault.Verb("CAPA"), fault.Refuse("what?"))},
			"user",
			[]string{"USER me", "PASS a secret"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, sent := connect(t, test.server)
			got, err := Login(t.Context(), c, Credentials{
				User: "me", Password: knows("a secret"), Mechanism: test.mechanism,
			}, local)
			if got != test.want || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
			if diff := cmp.Diff(test.sent, sent()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLoginRefused has the server say no: which hint depends on its code.
func TestLoginRefused(t *testing.T) {
	tests := []struct {
		text, hint string
		temporary  bool
	}{
		{"wrong", "check user and password", false},
		{"[AUTH] wrong", "check user and password", false},
		{"[IN-USE] busy", "another program", true},
		{"[LOGIN-DELAY] wait", "try again later", true},
		{"[SYS/TEMP] wait", "try again later", true},
		{"[SYS/PERM] gone", "ask the provider", false},
		{"Temporary problem, please try again later", "try again later", true},
		{"Your mailbox is already locked", "another program", true},
		{"Server Unavailable. 15", "try again later", true},
		{"Bad password, try again later", "check user and password", false},
	}
	for _, mechanism := range []string{"plain", "user"} {
		for _, test := range tests {
			t.Run(mechanism+" "+test.text, func(t *testing.T) {
				c, _ := connect(t, &pop3d.Server{Intercept: fault.When(fault.Verb(pop3d.Login), fault.Refuse(test.text))})
				_, err := Login(t.Context(), c, Credentials{
					User: "me", Password: knows("a secret"), Mechanism: mechanism,
				}, local)
				failed, ok := errors.AsType[*LoginError](err)
				if !ok || failed.Mechanism != mechanism || !strings.HasPrefix(failed.Hint(), test.hint) {
					t.Errorf("got %v", err)
				}
				if refused, ok := errors.AsType[*pop3.Error](err); !ok || refused.Temporary() != test.temporary {
					t.Errorf("%v: temporary is not %v", err, test.temporary)
				}
				verb := map[string]string{"plain": "AUTH", "user": "PASS"}[mechanism]
				if want := fmt.Sprintf("login by %s: %s refused: the server says %q", mechanism, verb, test.text); err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			})
		}
	}
}

// TestRefusalHints has servers of which the refusal of a right password says
// more than that it is wrong.
func TestRefusalHints(t *testing.T) {
	careless := Credentials{AllowClear: true}
	tests := []struct {
		name, offers string
		way          Channel
		credentials  Credentials
		refusal      string
		want         string // a part of the hint
		denied       bool
	}{
		{"OAuth", "SASL PLAIN XOAUTH2", tlsWay, Credentials{}, "no", "add oauth to the account and run popfetch login; ", true},
		{"OAuth by the RFC", "USER; SASL OAUTHBEARER", tlsWay, Credentials{}, "[AUTH] no", "add oauth to the account and run popfetch login; ", true},
		{"OAuth beside SCRAM", "SASL SCRAM-SHA-256 PLAIN XOAUTH2", tlsWay, Credentials{}, "no", "add oauth to the account and run popfetch login; ", true},
		{"only OAuth", "SASL XOAUTH2", tlsWay, Credentials{}, "", "add oauth to the account and run popfetch login", false},
		{"a password for a token", "SASL XOAUTH2", tlsWay, Credentials{Mechanism: "xoauth2"}, "no", "add oauth, and run popfetch login", false},
		{"APOP in the clear", "", stampedWay, Credentials{}, "authorization failed", "as qmail does, and auth: user with tls: implicit or tls: starttls (or with allow_plaintext_auth: true, ", true},
		{"APOP in the clear, and no worry", "", stampedWay, careless, "authorization failed", "as qmail does, and auth: user will do; ", true},
		{"APOP under TLS", "SASL", stampedTLS, Credentials{}, "authorization failed", "as qmail does, and auth: user will do; ", true},
		{"APOP unknown", "", stampedWay, Credentials{}, "Unknown command APOP", "as qmail does, ", false},
		{"APOP unimplemented", "", stampedWay, careless, "unimplemented", "as qmail does, ", false},
		{"APOP of somebody unknown", "", stampedWay, Credentials{}, "unknown user", "as qmail does, ", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &pop3d.Server{Intercept: func(c *pop3d.Conn, cmd pop3d.Command) bool {
				if slices.Contains([]string{"AUTH", "PASS", "APOP"}, cmd.Verb) {
					c.Refuse(test.refusal)
					return true
				}
				return false
			}}
			if test.offers != "" {
				s.Capabilities = strings.Split(test.offers, "; ")
			}
			c, _ := connect(t, s)
			if test.offers == "" { // and so no CAPA
				c.AssumeCapabilities(nil)
			}
			test.credentials.User, test.credentials.Password = "me", knows("a secret")
			_, err := Login(t.Context(), c, test.credentials, test.way)
			failed, ok := errors.AsType[*LoginError](err)
			if !ok || !strings.Contains(failed.Hint(), test.want) || failed.Denied != test.denied {
				t.Errorf("%v, denied %v, hint %q", err, failed.Denied, failed.Hint())
			}
		})
	}
}

// TestLoginUnsendable has names and passwords that could speak to the server
// by themselves. Nothing of them is sent, by whatever mechanism.
func TestLoginUnsendable(t *testing.T) {
	tests := []struct{ user, password, what string }{
		{"me\r\nDELE 1", "a secret", "user name"},
		{"me\n", "a secret", "user name"},
		{"me\x00you", "a secret", "user name"},
		{"me", "a secret\n", "password"},
		{"me", "a\rsecret", "password"},
		{"me", "\x00a secret", "password"},
	}
	for _, mechanism := range []string{"plain", "user", "login", "apop", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"} {
		for _, test := range tests {
			c, sent := connect(t, new(pop3d.Server))
			_, err := Login(t.Context(), c, Credentials{
				User: test.user, Password: knows(test.password), Mechanism: mechanism,
			}, local)
			what := test.what
			if takesToken := strings.Contains(mechanism, "oauth"); takesToken && what == "password" {
				what = "access token"
			}
			want := fmt.Sprintf("login by %s: the %s holds a line break or a NUL, which can't be sent", mechanism, what)
			if _, ok := errors.AsType[*LoginError](err); !ok || err.Error() != want {
				t.Errorf("%q, %q: %v", test.user, test.password, err)
			}
			if err := c.Noop(); err == nil {
				t.Error("logged in")
			}
			if diff := cmp.Diff([]string{"NOOP"}, sent()); diff != "" {
				t.Errorf("%q, %q: %s", test.user, test.password, diff)
			}
		}
	}
}

// The password is asked for when it is clear that it will be needed, and what
// goes wrong then is told as it is.
func TestLoginPassword(t *testing.T) {
	errNoPassword := errors.New("the keyring is locked")
	asked := 0
	ask := func(context.Context) (string, error) {
		asked++
		return "", errNoPassword
	}
	c, sent := connect(t, new(pop3d.Server))
	if _, err := Login(t.Context(), c, Credentials{User: "me", Password: ask}, Channel{}); err == nil || asked != 0 {
		t.Errorf("in the clear: asked %d times, %v", asked, err)
	}
	if _, err := Login(t.Context(), c, Credentials{User: "me\n", Password: ask}, local); err == nil || asked != 0 {
		t.Errorf("with a bad name: asked %d times, %v", asked, err)
	}
	if _, err := Login(t.Context(), c, Credentials{User: "me", Password: ask}, local); err != errNoPassword || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
	if len(sent()) > 0 {
		t.Errorf("sent %q", sent())
	}
}

// TestLoginDies has the connection die, and servers that don't keep to the
// exchange: that is no refusal.
func TestLoginDies(t *testing.T) {
	tests := []struct {
		name string
		harm pop3d.Intercept
		want func(error) bool
	}{
		{"hangs up", fault.HangUp(), func(err error) bool { return errors.Is(err, pop3.ErrHungUp) }},
		{"garbage", fault.Answer("250 OK"), isProtocolError},
		{"garbage for a challenge", fault.Answer("+ {}"), isProtocolError},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := connect(t, &pop3d.Server{Intercept: fault.When(fault.Verb("AUTH"), test.harm)})
			_, err := Login(t.Context(), c, Credentials{User: "me", Password: knows("a secret")}, local)
			if _, ok := errors.AsType[*LoginError](err); ok || !test.want(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func isProtocolError(err error) bool {
	_, ok := errors.AsType[*pop3.ProtocolError](err)
	return ok
}

// A second challenge is more than PLAIN has an answer to: it is cancelled, and
// the session goes on.
func TestLoginOneChallengeTooMany(t *testing.T) {
	c, sent := connect(t, &pop3d.Server{Intercept: fault.When(fault.Verb("AUTH"), func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Reply("+ b25l")
		c.ReadLine()
		c.Refuse("cancelled")
		return true
	})})
	_, err := Login(t.Context(), c, Credentials{User: "me", Password: knows("a secret")}, local)
	failed, ok := errors.AsType[*LoginError](err)
	if !ok || failed.Mechanism != "plain" || failed.Hint() != "" {
		t.Errorf("got %v", err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"AUTH PLAIN AG1lAGEgc2VjcmV0", "*", "QUIT"}, sent()); diff != "" {
		t.Error(diff)
	}
}
