package auth

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"testing"

	"popfetch/fetch/pop3"
)

// namesOf are the mechanisms in the order in which they would be tried.
func namesOf(chosen []mechanism) string {
	var names []string
	for _, m := range chosen {
		names = append(names, m.name)
	}
	return strings.Join(names, " ")
}

// The ways of the tests below, by name.
var (
	clearWay   = Channel{}
	tlsWay     = Channel{TLS: &tls.ConnectionState{Version: tls.VersionTLS13}, Verified: true}
	stampedWay = Channel{Greeting: "POP3 ready <1896.697170952@dbc.mtview.ca.us>"}
	stampedTLS = Channel{TLS: tlsWay.TLS, Verified: true, Greeting: stampedWay.Greeting}
)

func aToken(context.Context, string) (string, error) { return "token", nil }

// TestChoose is the whole table: what the server offers × what the account has
// and wants × how the way there is protected.
func TestChoose(t *testing.T) {
	const (
		exposed = "login: the password would cross the network in the clear"
		unknown = "login: this version can't do auth: ntlm"
		all     = "USER; SASL LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS " +
			"EXTERNAL XOAUTH2 OAUTHBEARER"
		scram = "scram-sha-256-plus scram-sha-1-plus scram-sha-256 scram-sha-1"
	)
	var (
		any       = Credentials{}
		careless  = Credentials{AllowClear: true}
		tokens    = Credentials{Token: aToken}
		certified = Credentials{Certificate: true}
		by        = func(name string) Credentials { return Credentials{Mechanism: name} }
	)
	tests := []struct {
		name, offer string
		channel     Channel
		credentials Credentials
		want        string
	}{
		{"all", all, tlsWay, any, scram + " cram-md5 plain login user"},
		{"all, by name", all, tlsWay, by(Auto), scram + " cram-md5 plain login user"},
		{"all with APOP", all, stampedTLS, any, scram + " cram-md5 plain login user apop"},
		{"all without TLS", all, clearWay, any, "scram-sha-256 scram-sha-1 cram-md5"},
		{"all without TLS, with APOP", all, stampedWay, any, "scram-sha-256 scram-sha-1 cram-md5 apop"},
		{"all without TLS, and no worry", all, stampedWay, careless, "scram-sha-256 scram-sha-1 cram-md5 apop plain login user"},
		{"all to this machine", all, local, any, "scram-sha-256 scram-sha-1 cram-md5 plain login user"},
		{"all with a certificate", all, tlsWay, certified, "external " + scram + " cram-md5 plain login user"},
		{"a certificate that nobody sees", all, clearWay, certified, "scram-sha-256 scram-sha-1 cram-md5"},
		{"all with a token", all, tlsWay, tokens, "oauthbearer xoauth2"},
		{"a token in the clear", all, clearWay, tokens, "login: the access token would cross the network in the clear"},
		{"a token in the clear, and no worry", all, clearWay, Credentials{Token: aToken, AllowClear: true}, "oauthbearer xoauth2"},
		{"a token, and only passwords", "USER; SASL PLAIN", tlsWay, tokens, `login: the server offers no login by OAuth: "PLAIN"`},
		{"a token, and no CAPA", "", tlsWay, tokens, `login: the server offers no login by OAuth: ""`},
		{"a token, all the same", "", tlsWay, Credentials{Token: aToken, Mechanism: "xoauth2"}, "xoauth2"},
		{"a token for a password", all, tlsWay, by("xoauth2"), "xoauth2"},
		{"a password, though there is a token", all, tlsWay, Credentials{Token: aToken, Mechanism: "plain"}, "plain"},

		{"no CAPA", "", tlsWay, any, "user"},
		{"no CAPA, with APOP", "", stampedTLS, any, "user apop"},
		{"no CAPA, without TLS", "", clearWay, any, exposed},
		{"no CAPA, without TLS, with APOP", "", stampedWay, any, "apop"},
		{"an empty CAPA", "X", tlsWay, any, "user"},
		{"USER", "USER", tlsWay, any, "user"},
		{"USER without TLS", "USER", clearWay, any, exposed},
		{"PLAIN", "SASL plain", tlsWay, any, "plain"},
		{"PLAIN without TLS", "SASL PLAIN", clearWay, any, exposed},
		{"others", "SASL GSSAPI X-ODD", tlsWay, any, `login: the server offers no mechanism that popfetch knows: "GSSAPI X-ODD"`},
		{"others, without TLS", "SASL GSSAPI", clearWay, any, `login: the server offers no mechanism that popfetch knows: "GSSAPI"`},
		{"SASL of none", "SASL", tlsWay, any, `login: the server offers no mechanism that popfetch knows: ""`},
		{"only APOP under TLS", "SASL", stampedTLS, any, "apop"},

		{"one that is offered", all, tlsWay, by("user"), "user"},
		{"one that isn't", "USER", tlsWay, by("plain"), "plain"},
		{"one that shows the password", all, clearWay, by("login"), exposed},
		{"SCRAM is bound where it can be", all, tlsWay, by("scram-sha-256"), "scram-sha-256-plus scram-sha-256"},
		{"SCRAM without TLS", all, clearWay, by("scram-sha-1"), "scram-sha-1"},
		{"SCRAM that isn't offered", "USER", clearWay, by("scram-sha-256"), "scram-sha-256"},
		{"APOP", all, stampedTLS, by("apop"), "apop"},
		{"APOP without a timestamp", all, clearWay, by("apop"), "apop"},
		{"EXTERNAL", "USER", tlsWay, by("external"), "external"},
		{"one of another program", all, tlsWay, by("ntlm"), unknown},
		{"one of another program, without TLS", "", clearWay, by("ntlm"), unknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var caps pop3.Capabilities
			if test.offer != "" {
				caps = pop3.NewCapabilities(strings.Split(test.offer, "; ")...)
			}
			chosen, err := chooseMechanisms(offer{caps, test.channel, test.credentials, strings.Clone})
			got := namesOf(chosen)
			if failed, ok := errors.AsType[*LoginError](err); ok {
				got = failed.Error()
				if wantHint := strings.Contains(got, "clear") || strings.Contains(got, "OAuth"); wantHint != (failed.Hint() != "") {
					t.Errorf("the hint is %q", failed.Hint())
				}
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// What the server offers may be anything, and is not shown as it is.
func TestChooseShows(t *testing.T) {
	caps := pop3.Capabilities{"SASL": {"\x1b[2J", strings.Repeat("x", 9999)}}
	_, err := chooseMechanisms(offer{caps: caps, Channel: local, shown: strings.Clone})
	if text := err.Error(); len(text) > 400 || strings.Contains(text, "\x1b") {
		t.Errorf("got %q", text)
	}
}

// A timestamp that isn't a msg-id could be chosen to find out the password.
func TestStamp(t *testing.T) {
	tests := []struct{ greeting, want string }{
		{"POP3 server ready <1896.697170952@dbc.mtview.ca.us>", "<1896.697170952@dbc.mtview.ca.us>"},
		{"<a@b> and more", "<a@b>"},
		{"<a+b=c!~@[192.0.2.1]>", "<a+b=c!~@[192.0.2.1]>"},
		{"POP3 server ready", ""},
		{"<>", ""},
		{"<a>", ""},
		{"<@b>", ""},
		{"<a@>", ""},
		{"<a@b@c>", ""},
		{"<a b@c>", ""},
		{"<a\x00@b>", ""},
		{"<a\x80\x81@b>", ""},
		{"<a\t@b>", ""},
		{"<é@b>", ""},
		{"<a@b", ""},
		{"a@b>", ""},
		{"<<a@b>>", "<a@b>"},
	}
	for _, test := range tests {
		if got := stamp.FindString(test.greeting); got != test.want {
			t.Errorf("%q: got %q", test.greeting, got)
		}
	}
}
