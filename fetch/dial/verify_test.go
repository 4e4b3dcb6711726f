package dial

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// TestTrust has certificates of all kinds, and what an account may say about
// them. want is a regular expression, or empty where the certificate is good.
func TestTrust(t *testing.T) {
	const name = "pop.example.org"
	now := time.Now()
	good := pop3d.Identity{Hosts: []string{name, "127.0.0.1"}}
	expired := pop3d.Identity{Hosts: []string{name}, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-time.Hour)}
	early := pop3d.Identity{Hosts: []string{name}, NotBefore: now.Add(48 * time.Hour)}
	other := pop3d.Identity{Hosts: []string{"mx.example.org", "192.0.2.1"}}
	alone := pop3d.Identity{Hosts: []string{name}, SelfSigned: true}
	const date = `\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
	tests := []struct {
		name  string
		id    pop3d.Identity
		trust func(trust *TLS, certificate *x509.Certificate)
		want  string
	}{
		{"good", good, nil, ``},
		{"good by address", good, byAddress, ``},
		{"wildcard", pop3d.Identity{Hosts: []string{"*.example.org"}}, nil, ``},
		{"wildcard two levels up", pop3d.Identity{Hosts: []string{"*.org"}}, nil, `^it is for "\*.org", not for "pop.example.org": a \* stands for exactly one label `},
		{"the name with a dot", pop3d.Identity{Hosts: []string{"Pop.example.org."}}, nil, `^it is for "Pop.example.org.", which isn't written as a name is to be`},
		{"the name in capitals", pop3d.Identity{Hosts: []string{"POP.Example.ORG"}}, nil, ``},
		{"the name as common name", pop3d.Identity{Name: name}, nil, `^it has "pop.example.org" only as its common name, which doesn't count`},
		{"an international name", pop3d.Identity{Hosts: []string{"xn--bcher-kva.example"}}, bücher, ``},
		{"another international name", good, bücher, `^it is for "pop.example.org", "127.0.0.1", not for "Bücher.example"$`},
		{"expired", expired, nil, `^it expired on ` + date + `; this computer's clock says ` + date + `$`},
		{"not yet valid", early, nil, `^it is not valid before ` + date + `; this computer's clock says ` + date + `$`},
		{"wrong name", other, nil, `^it is for "mx.example.org", "192.0.2.1", not for "pop.example.org"$`},
		{"wrong address", other, byAddress, `^it is for "mx.example.org", "192.0.2.1", not for "127.0.0.1"$`},
		{"no name", pop3d.Identity{}, nil, `^it is for nobody \("pop3d" is only its common name, which doesn't count\), not for "pop.example.org"$`},
		{"unknown issuer", good, noRoots, `^its issuer "CN=pop3d test authority" is not known to this system$`},
		{"wrong issuer", good, otherRoots, `^its issuer "CN=pop3d test authority" is not in tls_ca_file$`},
		{"self-signed", alone, noRoots, `^it is signed by itself, and not known to this system$`},
		{"self-signed, and not the one we know", alone, otherRoots, `^it is signed by itself, and not in tls_ca_file$`},
		{"self-signed and known", alone, nil, ``},
		{"pinned", good, pinned, ``},
		{"pinned, and nothing else is right", expired, func(trust *TLS, leaf *x509.Certificate) {
			noRoots(trust, leaf)
			byAddress(trust, leaf)
			pinned(trust, leaf)
		}, ``},
		{"one of several pins", alone, func(trust *TLS, leaf *x509.Certificate) {
			trust.Pins = []Pin{{1}, PinOf(leaf), {2}}
		}, ``},
		{"wrong pin", good, wrongPin, `^its fingerprint is none of the tls_fingerprint lines$`},
		{"wrong pin, and insecure", good, func(trust *TLS, leaf *x509.Certificate) {
			wrongPin(trust, leaf)
			trust.Insecure = true
		}, `^its fingerprint is none of the tls_fingerprint lines$`},
		{"insecure", expired, func(trust *TLS, leaf *x509.Certificate) {
			noRoots(trust, leaf)
			trust.Insecure = true
		}, ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &pop3d.Server{Implicit: true}
			roots, certificate := certified(t, s, test.id)
			server := start(t, s)
			server.Security = Implicit
			server.TLS = TLS{ServerName: name, Roots: roots}
			if test.trust != nil {
				test.trust(&server.TLS, certificate.Leaf)
			}
			_, err := greeting(t, server)
			checkTrust(t, err, test.want, PinOf(certificate.Leaf))
		})
	}
}

func byAddress(trust *TLS, _ *x509.Certificate)   { trust.ServerName = "" }
func bücher(trust *TLS, _ *x509.Certificate)      { trust.ServerName = "Bücher.example" }
func noRoots(trust *TLS, _ *x509.Certificate)     { trust.Roots = nil }
func otherRoots(trust *TLS, _ *x509.Certificate)  { trust.Roots = x509.NewCertPool() }
func pinned(trust *TLS, leaf *x509.Certificate)   { trust.Pins = []Pin{PinOf(leaf)} }
func wrongPin(trust *TLS, leaf *x509.Certificate) { trust.Pins = []Pin{{1}, {2}} }

func checkTrust(t *testing.T, err error, want string, pin Pin) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	wrong, ok := errors.AsType[*CertificateError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	if !regexp.MustCompile(want).MatchString(wrong.Reason) {
		t.Errorf("got  %s\nwant %s", wrong.Reason, want)
	}
	if got := wrong.Error(); got != "the server's certificate is not trusted: "+wrong.Reason {
		t.Errorf("got %s", got)
	}
	if wrong.Pin != pin || !strings.HasSuffix(wrong.Hint(), "tls_fingerprint: "+pin.String()) {
		t.Errorf("the hint is %s", wrong.Hint())
	}
	if wrong.Pinned != strings.Contains(wrong.Hint(), "renewed") {
		t.Errorf("pinned %v: %s", wrong.Pinned, wrong.Hint())
	}
}

func TestPin(t *testing.T) {
	_, certificate := certified(t, new(pop3d.Server), pop3d.Identity{})
	text := PinOf(certificate.Leaf).String()
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(text) {
		t.Errorf("got %s", text)
	}
}

// What a certificate says of itself is the server's word, and may be anything.
func TestNames(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	tests := []struct {
		leaf x509.Certificate
		want string
	}{
		{x509.Certificate{}, `nobody`},
		{x509.Certificate{DNSNames: []string{"a"}, IPAddresses: []net.IP{net.IPv6loopback}}, `"a", "::1"`},
		{x509.Certificate{DNSNames: []string{"pop.example.org\x00.evil.example"}}, `"pop.example.org\x00.evil.example"`},
		{x509.Certificate{DNSNames: []string{"\x1b[2J\u202e"}}, `"\x1b[2J\u202e"`},
		{x509.Certificate{DNSNames: []string{long}}, `"` + long[:100] + `"…`},
		{x509.Certificate{DNSNames: []string{"a", "b", "c", "d", "e", "f", "g"}}, `"a", "b", "c", "d", "e" and 2 more`},
		{x509.Certificate{Subject: pkix.Name{CommonName: "\r\n"}}, `nobody ("\r\n" is only its common name, which doesn't count)`},
	}
	for _, test := range tests {
		if got := certifiedNames(&test.leaf); got != test.want {
			t.Errorf("got  %.300s\nwant %.300s", got, test.want)
		}
	}
}

// What is wrong with a name that looks the same is said, and that name once.
func TestMisnamed(t *testing.T) {
	of := func(names ...string) *x509.Certificate { return &x509.Certificate{DNSNames: names} }
	common := &x509.Certificate{Subject: pkix.Name{CommonName: "POP.example.org"}}
	tests := []struct {
		leaf       *x509.Certificate
		name, want string
	}{
		{of("192.0.2.1"), "192.0.2.1", `it has "192.0.2.1" as a name, where an address doesn't count (RFC 9525)`},
		{of("::1"), "::1", `it has "::1" as a name, where an address doesn't count (RFC 9525)`},
		{of("a", " pop.example.org"), "pop.example.org", `it is for " pop.example.org", which isn't written as a name is to be and so doesn't stand for "pop.example.org" (RFC 9525)`},
		{of("bücher.example"), "xn--bcher-kva.example", `it is for "bücher.example", which isn't written as a name is to be and so doesn't stand for "xn--bcher-kva.example" (RFC 9525)`},
		{of("xn--bcher-kva.example."), "bücher.example", `it is for "xn--bcher-kva.example.", which isn't written as a name is to be and so doesn't stand for "bücher.example" (RFC 9525)`},
		{common, "pop.example.org", `it has "pop.example.org" only as its common name, which doesn't count (RFC 9525)`},
		{common, "mx.example.org", `it is for nobody ("POP.example.org" is only its common name, which doesn't count), not for "mx.example.org"`},
		{of("*.example.org"), "example.org", `it is for "*.example.org", not for "example.org": a * stands for exactly one label (RFC 9525)`},
		{of("*.example.org"), "a.pop.example.org", `it is for "*.example.org", not for "a.pop.example.org": a * stands for exactly one label (RFC 9525)`},
		{of("*.example.org"), "pop.example.net", `it is for "*.example.org", not for "pop.example.net"`},
		{of("example.org"), "pop.example.org", `it is for "example.org", not for "pop.example.org"`},
	}
	for _, test := range tests {
		if got := nameMismatch(test.leaf, test.name); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// A certificate may be good and the one above it too old.
func TestOutOfDateIssuer(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	leaf := &x509.Certificate{Raw: []byte("leaf")}
	issuer := &x509.Certificate{
		Raw: []byte("issuer"), Subject: pkix.Name{CommonName: "R3"},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(0, 0, -1),
	}
	err := x509.CertificateInvalidError{Cert: issuer, Reason: x509.Expired}
	got := new(Server).distrustReason(err, leaf)
	want := `that of its issuer "CN=R3" expired on 2026-11-22 12:00:00; this computer's clock says `
	if !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := new(Server).distrustReason(x509.CertificateInvalidError{Cert: leaf, Reason: x509.NotAuthorizedToSign}, leaf); strings.HasPrefix(got, "x509") {
		t.Errorf("got %s", got)
	}
}

// The names of versions in the configuration are those of package tls.
func TestMinVersion(t *testing.T) {
	tests := []struct {
		name        string
		server, min uint16
		want        bool
	}{
		{"modern", tls.VersionTLS13, 0, true},
		{"usual", tls.VersionTLS12, 0, true},
		{"old", tls.VersionTLS11, 0, false},
		{"old, and allowed", tls.VersionTLS11, tls.VersionTLS10, true},
		{"too old for this account", tls.VersionTLS12, tls.VersionTLS13, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &pop3d.Server{Implicit: true, TLS: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: test.server}}
			roots, _ := certified(t, s, pop3d.Identity{Hosts: []string{"127.0.0.1"}})
			server := start(t, s)
			server.Security, server.TLS = Implicit, TLS{Roots: roots, MinVersion: test.min}
			_, err := greeting(t, server)
			if (err == nil) != test.want {
				t.Fatalf("got %v", err)
			}
			if failed, ok := errors.AsType[*HandshakeError](err); !test.want && (!ok || !strings.Contains(failed.Hint(), "tls_min_version")) {
				t.Errorf("got %v", err)
			}
		})
	}
}
