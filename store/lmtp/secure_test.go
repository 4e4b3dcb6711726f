package lmtp_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/lmtp"
)

// listenSecure starts a peer that has STARTTLS, and returns options that trust it.
func listenSecure(t *testing.T, answers func(string) string) (*fakePeer, lmtp.Options) {
	t.Helper()
	certificate, authority, err := pop3d.Certificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	p := listen(t, "tcp", func(line string) string {
		if answer := answers(line); answer != "" {
			return answer
		}
		switch {
		case strings.HasPrefix(line, "LHLO"):
			return "250-fake\r\n250-STARTTLS\r\n250 8BITMIME"
		case line == "STARTTLS":
			return "220 go on"
		}
		return ""
	})
	p.secure = &tls.Config{Certificates: []tls.Certificate{certificate}}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return p, lmtp.Options{Protection: lmtp.Always, Secure: securing(&tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})}
}

func securing(config *tls.Config) func(context.Context, net.Conn) (net.Conn, error) {
	return func(ctx context.Context, conn net.Conn) (net.Conn, error) {
		secured := tls.Client(conn, config)
		err := secured.HandshakeContext(ctx)
		if errors.As(err, new(*tls.CertificateVerificationError)) {
			err = &lmtp.TLSError{Err: err}
		}
		return secured, err
	}
}

func usually(string) string { return "" }

// TestSecured delivers under TLS, and greets anew there.
func TestSecured(t *testing.T) {
	p, options := listenSecure(t, usually)
	box := open(t.Context(), t, p.address, options)
	for _, text := range []string{"Subject: one\r\n", "Subject: two\r\n"} {
		if _, err := deliver(box, text); err != nil {
			t.Fatal(err)
		}
	}
	box.Close()
	log, messages := p.heard()
	transaction := "MAIL FROM:<> BODY=8BITMIME|RCPT TO:<me@example.org>|DATA|."
	want := "greeting|LHLO localhost|STARTTLS|LHLO localhost|" + transaction + "|" + transaction + "|QUIT"
	if diff := cmp.Diff(want, strings.Join(log, "|")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Subject: one\r\n", "Subject: two\r\n"}, messages); diff != "" {
		t.Error(diff)
	}
	if err := lmtp.Check(t.Context(), lmtp.Address{Server: p.address, Recipient: me}, &options); err != nil {
		t.Error(err)
	}
}

// TestNotSecured has nothing of the mail go to a peer without the TLS that is demanded, not
// even its envelope.
func TestNotSecured(t *testing.T) {
	when := func(at, answer string) func(string) string {
		return func(line string) string {
			if strings.HasPrefix(line, at) {
				return answer
			}
			return ""
		}
	}
	for name, test := range map[string]struct {
		answers func(string) string
		trust   *tls.Config // nil: the peer's
		want    failure
	}{
		"none offered": {
			answers: when("LHLO", "250-fake\r\n250 8BITMIME"),
			want:    failure{"begin TLS with lmtp PEER: it offers no STARTTLS, and the mail would cross the network in the clear", false, true, false, true},
		},
		"refused for now": {
			answers: when("STARTTLS", "454 not now"),
			want:    failure{`begin TLS with lmtp PEER: the server says "454 not now"`, false, true, true, true},
		},
		"refused": {
			answers: when("STARTTLS", "502 what?"),
			want:    failure{`begin TLS with lmtp PEER: the server says "502 what?"`, false, true, false, true},
		},
		"hangs up": {answers: when("STARTTLS", "close"), want: failure{"begin TLS with lmtp PEER: EOF", false, true, true, true}},
		"not trusted": {
			answers: usually, trust: &tls.Config{ServerName: "other.example"},
			want: failure{"begin TLS with lmtp PEER: tls: failed to verify certificate", false, true, false, true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, options := listenSecure(t, test.answers)
			if test.trust != nil {
				options.Secure = securing(test.trust)
			}
			options.Timeout = 5 * time.Second
			got, err := deliver(open(t.Context(), t, p.address, options), "Subject: secret\r\n")
			got.Text = strings.ReplaceAll(strings.ReplaceAll(got.Text, p.address, "PEER"), "unexpected EOF", "EOF")
			got.Text = got.Text[:min(len(got.Text), len(test.want.Text))]
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			log, messages := p.heard()
			for _, line := range log {
				if strings.HasPrefix(line, "MAIL") || strings.HasPrefix(line, "RCPT") || line == "DATA" {
					t.Errorf("sent %q", line)
				}
			}
			if len(messages) > 0 {
				t.Errorf("sent %q", messages)
			}
		})
	}
}

// TestInjected has somebody between append answers in the clear to the one to STARTTLS.
// They count for nothing under TLS: here they break it.
func TestInjected(t *testing.T) {
	p, options := listenSecure(t, func(line string) string {
		if line == "STARTTLS" {
			return "220 go on\r\n250-fake\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n354 go on"
		}
		return ""
	})
	options.Timeout = 5 * time.Second
	if _, err := deliver(open(t.Context(), t, p.address, options), "Subject: secret\r\n"); err == nil {
		t.Error("it was delivered")
	}
	if _, messages := p.heard(); len(messages) > 0 {
		t.Errorf("sent %q", messages)
	}
}
