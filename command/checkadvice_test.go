package command

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config"
	"popfetch/fetch/pop3"
	"popfetch/fetch/rule"
)

func TestAdviceOnTLS(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ending := func(left time.Duration) *tls.ConnectionState {
		leaf := &x509.Certificate{NotAfter: now.Add(left), SerialNumber: big.NewInt(1)}
		return &tls.ConnectionState{Version: tls.VersionTLS13, PeerCertificates: []*x509.Certificate{leaf}}
	}
	old := ending(90 * 24 * time.Hour)
	old.Version = tls.VersionTLS11
	rsa := ending(90 * 24 * time.Hour)
	rsa.Version, rsa.CipherSuite = tls.VersionTLS12, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA
	negative := ending(90 * 24 * time.Hour)
	negative.PeerCertificates[0].SerialNumber = big.NewInt(-1)
	const leave = "leave it out as soon as the server can do without"
	const renew = "its owner should renew it"
	tests := []struct {
		name string
		f    findings
		want []advice
	}{
		{"not logged in", findings{}, nil},
		{"all well", findings{Auth: new("plain"), state: ending(14*24*time.Hour + 1)}, nil},
		{
			"two weeks",
			findings{Auth: new("plain"), state: ending(14*24*time.Hour - 1)},
			[]advice{{"warning", "the certificate ends in 13 days", renew}},
		},
		{
			"a day",
			findings{Auth: new("plain"), state: ending(30 * time.Hour)},
			[]advice{{"warning", "the certificate ends in 1 day", renew}},
		},
		{
			"over",
			findings{Auth: new("plain"), state: ending(-30 * time.Hour)},
			[]advice{{"warning", "the certificate ended on 2026-11-22", renew}},
		},
		{
			"old",
			findings{Auth: new("plain"), state: old, TLS: &tlsFindings{Version: "TLS 1.1"}},
			[]advice{{"warning", "TLS 1.1 is out of use since RFC 8996", "ask its owner for TLS 1.2 or later"}},
		},
		{
			"none",
			findings{Auth: new("apop")},
			[]advice{{"warning", "no TLS: anybody on the way can read the mail", "set tls: implicit or tls: starttls"}},
		},
		{
			"none, but offered",
			findings{Auth: new("plain"), before: pop3.NewCapabilities("STLS")},
			[]advice{{"warning", "no TLS: anybody on the way can read the mail and the password", "the server offers it: set tls: starttls"}},
		},
		{
			"a pin besides tls_insecure",
			findings{Auth: new("plain"), state: ending(90 * 24 * time.Hour), account: account{Login: config.Login{
				TLS: config.TLS{Insecure: true, Fingerprints: make([]config.Fingerprint, 1)},
			}}},
			nil,
		},
		{
			"old ways that are needed",
			findings{Auth: new("plain"), state: rsa, account: account{Login: config.Login{TLS: config.TLS{Legacy: []string{"rsa", "3des"}}}}},
			[]advice{
				{"warning", "tls_legacy: rsa: whoever gets the server's key one day can read what was recorded before", leave},
				{"warning", "tls_legacy: 3des: the cipher is out of use since RFC 9325", leave},
			},
		},
		{
			"old ways that aren't needed",
			findings{Auth: new("plain"), state: ending(90 * 24 * time.Hour), account: account{Login: config.Login{TLS: config.TLS{Legacy: []string{"rsa"}}}}},
			[]advice{
				{"warning", "tls_legacy: rsa: whoever gets the server's key one day can read what was recorded before", leave},
				{"note", "the server can do without rsa", "leave it out of tls_legacy"},
			},
		},
		{
			"a negative serial number",
			findings{Auth: new("plain"), state: negative},
			[]advice{{
				"note", "the certificate has a negative serial number, which RFC 5280 forbids",
				"ask its owner for a new one; the account trusts it all the same",
			}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.f.asked = true
			test.f.after = pop3.NewCapabilities("UIDL", "TOP", "PIPELINING")
			if diff := cmp.Diff(test.want, test.f.allAdvice(now), cmp.AllowUnexported(advice{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAdviceOnExpiry(t *testing.T) {
	days := func(n int) rule.Delete {
		return rule.Delete{When: rule.AfterWhile, After: time.Duration(n) * 24 * time.Hour}
	}
	tests := []struct {
		name, capability string
		policy           rule.Delete
		want             string // label, or nothing
	}{
		{"kept for ever", "EXPIRE NEVER", rule.Delete{}, ""},
		{"at once, and wanted", "EXPIRE 0", rule.Delete{When: rule.AtOnce}, ""},
		{"at once, and not wanted", "EXPIRE 0", rule.Delete{}, "warning"},
		{"at once, and too early", "EXPIRE 0", days(14), "warning"},
		{"deleted before", "EXPIRE 30", days(14), "note"},
		{"deleted at once", "EXPIRE 30", rule.Delete{When: rule.AtOnce}, "note"},
		{"deleted later", "EXPIRE 30", days(60), "warning"},
		{"never deleted", "EXPIRE 30 USER", rule.Delete{}, "warning"},
		{"nonsense", "EXPIRE -3", rule.Delete{}, ""},
		{"nothing", "EXPIRE", rule.Delete{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := findings{account: account{Rules: rule.Rules{Delete: test.policy}}, after: pop3.NewCapabilities(test.capability)}
			var got, want []string
			for _, a := range f.adviceOnExpiry() {
				got = append(got, a.label)
			}
			if test.want != "" {
				want = append(want, test.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddressText(t *testing.T) {
	tests := []struct {
		name, remote string
		addresses    []string
		want         string
	}{
		{"an address itself", "192.0.2.1", nil, ""},
		{"not connected", "", []string{"192.0.2.1", "192.0.2.2"}, "192.0.2.1, 192.0.2.2"},
		{"connected", "192.0.2.2", []string{"192.0.2.1", "192.0.2.2"}, "192.0.2.2 (connected), 192.0.2.1"},
		{"another meanwhile", "192.0.2.3", []string{"192.0.2.1"}, "192.0.2.3 (connected), 192.0.2.1"},
		{"many", "1", []string{"1", "2", "3", "4", "5", "6", "7", "8"}, "1 (connected), 2, 3, 4, 5, 6, and 2 more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := (findings{remote: test.remote, addresses: test.addresses}).addressText(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestOwnerOf(t *testing.T) {
	named := &x509.Certificate{Subject: pkix.Name{CommonName: "pop"}, DNSNames: []string{"pop.example.org"}}
	if got := ownerOf(named); got != "CN=pop" {
		t.Errorf("got %q", got)
	}
	if got := ownerOf(&x509.Certificate{DNSNames: []string{"a.example.org", "b.example.org"}}); got != "a.example.org, b.example.org" {
		t.Errorf("got %q", got)
	}
}
