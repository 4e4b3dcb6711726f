package auth

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestSCRAMTampered has a server, or somebody who poses as it, speak SCRAM as
// it mustn't be spoken. No other mechanism is tried after that.
func TestSCRAMTampered(t *testing.T) {
	nonce, count := regexp.MustCompile(`r=[^,]*`), regexp.MustCompile(`i=\d+`)
	const (
		garbled  = "the server's challenge isn't as RFC 5802 has it, or meant for somebody else"
		unproved = "the server doesn't prove that it knows the password: somebody may pose as it"
	)
	first := func(change func(string) string) authtest.Tamper {
		return func(step int, message string) string {
			if step == 1 {
				return change(message)
			}
			return message
		}
	}
	iterations := func(n string) authtest.Tamper {
		return first(func(message string) string { return count.ReplaceAllString(message, "i="+n) })
	}
	says := func(text string) authtest.Tamper { return first(func(string) string { return text }) }
	final := func(text string) authtest.Tamper {
		return func(step int, message string) string {
			if step == 2 {
				return text
			}
			return message
		}
	}
	// What we sent is 32 letters long, and the server adds as many.
	ours := first(func(m string) string { return regexp.MustCompile(`r=([^,]{32})[^,]*`).ReplaceAllString(m, "r=$1") })
	tests := []struct {
		name   string
		tamper authtest.Tamper
		want   string
	}{
		{"no iterations", iterations("0"), "the server wants 0 iterations, which protects the password too little: 4096 are the least"},
		{"one iteration", iterations("1"), "the server wants 1 iterations, which protects the password too little: 4096 are the least"},
		{"too few", iterations("4095"), "the server wants 4095 iterations, which protects the password too little: 4096 are the least"},
		{"negative", iterations("-5000"), "the server wants -5000 iterations, which protects the password too little: 4096 are the least"},
		{"too many", iterations("2147483648"), "the server wants 2147483648 iterations, which would take too long: 2000000 are the most"},
		{"beyond all", iterations("99999999999999999999"), "the server gives no count of iterations"},
		{"not a number", iterations("x"), "the server gives no count of iterations"},
		{"a nonce that isn't ours", first(func(m string) string { return nonce.ReplaceAllString(m, "r=theirs") }), garbled},
		{"a nonce that is only ours", ours, garbled},
		{"no nonce", first(func(m string) string { return nonce.ReplaceAllString(m, "r=") }), garbled},
		{"salt that is no base64", says("r=x,s=!,i=4096"), garbled},
		{"no count", says("r=x,s=c2FsdA=="), garbled},
		{"an extension that we must know", first(func(m string) string { return "m=x," + m }), garbled},
		{"nothing", says(""), garbled},
		{"bytes", says("\x00\xff\x1b[2J"), garbled},
		{"wrong signature", final("v=c2lnbmF0dXJl"), unproved},
		{"no signature", final("v="), unproved},
		{"something else", final("x"), unproved},
		{"an error", final("e=other-error"), `the server says "other-error"`},
		{"an error that repeats the password", final("e=a secret is wrong"), `the server says "*** is wrong"`},
		{"an error with colours", final("e=\x1b[2J"), `the server says "\x1b[2J"`},
		{"no final message", final(""), unproved},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := secured(t, only(test.tamper, "SCRAM-SHA-256 PLAIN"), 0)
			c, channel, sent := connectOver(t, s)
			began := time.Now()
			_, err := Login(t.Context(), c, me(), channel)
			if _, ok := errors.AsType[*LoginError](err); !ok || err.Error() != "login by scram-sha-256: "+test.want {
				t.Errorf("got  %v\nwant login by scram-sha-256: %s", err, test.want)
			}
			if took := time.Since(began); took > patience/2 {
				t.Errorf("it took %v", took)
			}
			if lines := strings.Join(sent(), "\n"); strings.Contains(lines, "PLAIN") {
				t.Errorf("sent %s", lines)
			}
		})
	}
}

// TestSCRAMChallenges has challenges that aren't even base64.
func TestSCRAMChallenges(t *testing.T) {
	for _, challenge := range []string{"+ !!!", "+ " + strings.Repeat("A", 100<<10)} {
		s := secured(t, only(authtest.AsItIs, "SCRAM-SHA-256 PLAIN"), 0)
		s.Intercept = fault.When(fault.Verb("AUTH"), fault.Answer(challenge))
		c, channel, sent := connectOver(t, s)
		_, err := Login(t.Context(), c, me(), channel)
		if _, ok := errors.AsType[*pop3.ProtocolError](err); !ok || len(err.Error()) > 2000 || c.Dead() == nil {
			t.Errorf("got %v", err)
		}
		if lines := strings.Join(sent(), "\n"); strings.Contains(lines, "PLAIN") {
			t.Errorf("sent %s", lines)
		}
	}
}

// The first message says whether we could have bound the channel, so that a
// server notices whose offer was cut on the way.
func TestSCRAMFlag(t *testing.T) {
	tests := []struct {
		name, offers string
		way          Channel
		want         string
	}{
		{"no TLS", "SASL SCRAM-SHA-256", clearWay, "n,,"},
		{"TLS, not offered", "SASL SCRAM-SHA-256", tlsWay, "y,,"},
		{"TLS, offered", "SASL SCRAM-SHA-256 SCRAM-SHA-256-PLUS", tlsWay, "n,,"},
	}
	for _, test := range tests {
		caps := pop3.NewCapabilities(test.offers)
		i := len(mechanisms) - 1
		for mechanisms[i].name != "scram-sha-256" {
			i--
		}
		client, err := mechanisms[i].client(key{offer: offer{caps: caps, Channel: test.way, Credentials: me()}, secret: "a secret"})
		if err != nil {
			t.Fatal(err)
		}
		if _, first, err := client.Start(); err != nil || !strings.HasPrefix(string(first), test.want) {
			t.Errorf("%s: %q, %v", test.name, first, err)
		}
	}
}

// A server that binds the channel to another connection than ours refuses, as
// does one that did offer to and hears that it didn't.
func TestSCRAMDowngraded(t *testing.T) {
	s := secured(t, only(authtest.AsItIs, "SCRAM-SHA-256-PLUS"), 0)
	s.Capabilities = []string{"SASL SCRAM-SHA-256"} // as somebody on the way would have it
	c, channel, _ := connectOver(t, s)
	credentials := me()
	credentials.Mechanism = "scram-sha-256"
	if _, err := Login(t.Context(), c, credentials, channel); err == nil {
		t.Error("a cut offer goes unnoticed")
	}
	_, other, _ := connectOver(t, secured(t, only(authtest.AsItIs, "SCRAM-SHA-256-PLUS"), 0))
	c, channel, _ = connectOver(t, secured(t, only(authtest.AsItIs, "SCRAM-SHA-256-PLUS"), 0))
	channel.TLS = other.TLS
	if _, err := Login(t.Context(), c, credentials, channel); err == nil {
		t.Error("logged in over somebody else's connection")
	}
}
