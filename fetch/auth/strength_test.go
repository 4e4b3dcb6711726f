package auth

import (
	"errors"
	"strings"
	"testing"

	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3"
)

// Every mechanism that shows or proves a password has its strength.
func TestStrengths(t *testing.T) {
	for _, m := range mechanisms {
		if has := strengthOf(m.name) >= 0; has != (m.takes != token) {
			t.Errorf("%s has a strength: %v", m.name, has)
		}
	}
	for _, test := range []struct {
		name, than string
		want       bool
	}{
		{"plain", "user", false},
		{"user", "plain", false},
		{"plain", "apop", true},
		{"apop", "cram-md5", true},
		{"cram-md5", "scram-sha-1", true},
		{"scram-sha-1", "scram-sha-256", true},
		{"scram-sha-256", "scram-sha-1-plus", true},
		{"scram-sha-256-plus", "external", true},
		{"external", "plain", false},
		{"xoauth2", "scram-sha-1", false},
		{"plain", "xoauth2", false},
		{"plain", "", false},
		{"plain", "what's that", false},
	} {
		if got := IsWeaker(test.name, test.than); got != test.want {
			t.Errorf("%s is weaker than %s: %v", test.name, test.than, got)
		}
	}
}

// TestAtLeast goes no lower than that, whatever is offered or refused, also where it is
// the server itself that refuses.
func TestAtLeast(t *testing.T) {
	for _, test := range []struct {
		offers, refused, atLeast string
		certificate              bool
		want, err                string
	}{
		{offers: "SCRAM-SHA-1 PLAIN", atLeast: "scram-sha-1", want: "scram-sha-1"},
		{offers: "SCRAM-SHA-256 PLAIN", atLeast: "scram-sha-1", want: "scram-sha-256"},
		{offers: "LOGIN", atLeast: "plain", want: "login"},
		{offers: "CRAM-MD5 PLAIN", atLeast: "scram-sha-1", err: "login: weaker than before: cram-md5 instead of scram-sha-1"},
		{
			offers: "SCRAM-SHA-256 PLAIN", refused: "SCRAM-SHA-256", atLeast: "scram-sha-1",
			err: `login by scram-sha-256: AUTH refused: the server says "no such thing"; weaker than before: plain instead of scram-sha-1`,
		},
		{offers: "SCRAM-SHA-256 PLAIN", refused: "SCRAM-SHA-256", atLeast: "cram-md5", err: "; weaker than before: plain instead of cram-md5"},
		{offers: "SCRAM-SHA-256 CRAM-MD5 PLAIN", refused: "SCRAM-SHA-256", atLeast: "cram-md5", want: "cram-md5"},
		{offers: "PLAIN", atLeast: "external", want: "plain"},
		{offers: "PLAIN", atLeast: "external", certificate: true, err: "login: weaker than before: plain instead of external"},
	} {
		s := secured(t, only(authtest.AsItIs, strings.Fields(test.offers)...), 0)
		s.Intercept = refusing("no such thing", test.refused)
		c, channel, _ := connectOver(t, s)
		credentials := me()
		credentials.AtLeast, credentials.Certificate = test.atLeast, test.certificate
		got, err := Login(t.Context(), c, credentials, channel)
		if test.err == "" {
			if err != nil || got != test.want {
				t.Errorf("%+v: %q, %v", test, got, err)
			}
			continue
		}
		failed, ok := errors.AsType[*LoginError](err)
		if !ok || !errors.As(err, new(*WeakerError)) || !strings.HasSuffix(err.Error(), test.err) || failed.Denied || failed.Hint() != "" {
			t.Errorf("%+v: %v", test, err)
		}
		if errors.As(err, new(*pop3.Error)) != (test.refused != "") {
			t.Errorf("%+v: %v", test, err)
		}
	}
}
