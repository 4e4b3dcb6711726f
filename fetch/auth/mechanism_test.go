package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"popfetch/fetch/pop3"
)

// TestChoose is the whole table: what the server offers × what the account
// wants × whether the way there is protected.
func TestChoose(t *testing.T) {
	const exposed, unknown, nothing = "in the clear", "this version", "offers no mechanism"
	offers := map[string]pop3.Capabilities{
		"no CAPA":        nil,
		"nothing":        {},
		"USER":           {"USER": nil},
		"PLAIN":          {"SASL": {"PLAIN"}},
		"plain":          {"SASL": {"plain"}},
		"PLAIN and USER": {"USER": nil, "SASL": {"PLAIN"}},
		"others":         {"SASL": {"GSSAPI", "X-ODD"}},
		"SASL of none":   {"SASL": nil},
	}
	tests := []struct{ offer, mechanism, protected, clear string }{
		{"no CAPA", Auto, "user", exposed},
		{"nothing", Auto, "user", exposed},
		{"USER", Auto, "user", exposed},
		{"PLAIN", Auto, "plain", exposed},
		{"plain", Auto, "plain", exposed},
		{"PLAIN and USER", Auto, "plain", exposed},
		{"others", Auto, nothing, nothing},
		{"SASL of none", Auto, nothing, nothing},
		{"PLAIN and USER", "", "plain", exposed},
		{"PLAIN and USER", "user", "user", exposed},
		{"PLAIN", "user", "user", exposed},
		{"USER", "plain", "plain", exposed},
		{"no CAPA", "plain", "plain", exposed},
		{"others", "user", "user", exposed},
		{"PLAIN", "ntlm", unknown, unknown},
		{"no CAPA", "ntlm", unknown, unknown},
	}
	for _, test := range tests {
		for _, protected := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%s/%v", test.offer, test.mechanism, protected), func(t *testing.T) {
				m, err := choose(offers[test.offer], Credentials{Mechanism: test.mechanism, Protected: protected})
				got, want := m.name, test.clear
				if protected {
					want = test.protected
				}
				if failed, ok := errors.AsType[*LoginError](err); ok {
					got = failed.Error()
					if hinted := failed.Hint() != ""; hinted != (want == exposed) {
						t.Errorf("the hint is %q", failed.Hint())
					}
				}
				if !strings.Contains(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// What the server offers may be anything, and is not shown as it is.
func TestChooseShows(t *testing.T) {
	caps := pop3.Capabilities{"SASL": {"\x1b[2J", strings.Repeat("x", 9999)}}
	_, err := choose(caps, Credentials{Protected: true})
	if text := err.Error(); len(text) > 400 || strings.Contains(text, "\x1b") {
		t.Errorf("got %q", text)
	}
}
