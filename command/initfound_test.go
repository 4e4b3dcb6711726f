package command

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/config/discover/discovertest"
	"popfetch/fetch/pop3/pop3d"
)

// A foundRig is a world of its own: names, pages and a server.
type foundRig struct {
	*testing.T
	web            *discovertest.Web
	config, caFile string
	server, page   string // its address, and what the ISPDB says of it
}

func newFoundRig(t *testing.T) *foundRig {
	certificate, authority, err := pop3d.Certificate("pop.example.org", "pop.gmx.net")
	if err != nil {
		t.Fatal(err)
	}
	server := &pop3d.Server{TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}, Implicit: true}
	server.SetUser("me.pop", "secret", pop3d.NewMaildrop(pop3d.Message{UID: "1", Body: []byte("Subject: one\r\n\r\nFirst.\r\n")}))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	r := &foundRig{T: t, web: discovertest.StartWeb(t), config: filepath.Join(t.TempDir(), "config.yaml"), caFile: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(r.caFile, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	r.server = server.Addr()
	r.page = `<clientConfig><emailProvider id="x"><incomingServer type="pop3">` +
		`<hostname>pop.example.org</hostname><port>` + port + `</port><socketType>SSL</socketType>` +
		`<username>%EMAILLOCALPART%.pop</username><authentication>password-cleartext</authentication>` +
		`</incomingServer></emailProvider></clientConfig>`
	r.web.ServeText("autoconfig.thunderbird.net/v1.1/example.org", r.page)
	resolver, transport := net.DefaultResolver, http.DefaultTransport
	t.Cleanup(func() { net.DefaultResolver, http.DefaultTransport = resolver, transport })
	net.DefaultResolver = discovertest.StartDNS(t, "pop.example.org A 127.0.0.1", "other.example.org A 127.0.0.1").Resolver()
	http.DefaultTransport = r.web.Transport()
	home := t.TempDir()
	for name, value := range map[string]string{"HOME": home, "USERPROFILE": home, "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""} {
		t.Setenv(name, value)
	}
	t.Setenv("PASSWORD", "secret")
	return r
}

// init is "popfetch init", with what it prints.
func (r *foundRig) init(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	args = append([]string{"popfetch", "-c", r.config, "init", "--tls-ca-file", r.caFile, "--yes"}, args...)
	code = run(r.Context(), &term.UI{Out: &out, Err: &err}, args)
	return code, out.String(), err.String()
}

// asked are the pages that were asked for.
func (r *foundRig) asked() (pages []string) {
	for _, request := range r.web.Requests() {
		pages = append(pages, request.URL)
	}
	return pages
}

// TestInitAsksISPDB finds a server in the ISPDB, which is told the domain and
// not the address.
func TestInitAsksISPDB(t *testing.T) {
	r := newFoundRig(t)
	code, stdout, stderr := r.init("me@example.org", "--password-env", "PASSWORD")
	if code != exitOK || !strings.Contains(stderr, "me.pop by plain: 1 message") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if diff := cmp.Diff([]string{"autoconfig.thunderbird.net/v1.1/example.org"}, r.asked()); diff != "" {
		t.Errorf("asked, - want, + got:\n%s", diff)
	}
	text, err := os.ReadFile(r.config)
	if err != nil || !strings.HasSuffix(string(text), stdout) || !strings.Contains(stdout, "user: me.pop\n") {
		t.Errorf("%v, written:\n%s\nshown:\n%s", err, text, stdout)
	}
}

// TestInitAsksNoISPDB sees that Mozilla isn't told the domain.
func TestInitAsksNoISPDB(t *testing.T) {
	r := newFoundRig(t)
	code, stdout, stderr := r.init("me@example.org", "--password-env", "PASSWORD", "--no-ispdb")
	if code == exitOK || stdout != "" || len(r.asked()) > 0 {
		t.Errorf("exit code %d, asked %q\n%s%s", code, r.asked(), stdout, stderr)
	}
	if _, err := os.Stat(r.config); err == nil {
		t.Error("something was written")
	}
}

// TestInitWithoutTLS has a server that somebody names without TLS. It takes a
// flag to go there.
func TestInitWithoutTLS(t *testing.T) {
	r := newFoundRig(t)
	plain := &pop3d.Server{}
	plain.SetUser("me", "secret", pop3d.NewMaildrop())
	if err := plain.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plain.Close() })
	_, port, err := net.SplitHostPort(plain.Addr())
	if err != nil {
		t.Fatal(err)
	}
	r.web.ServeText("autoconfig.thunderbird.net/v1.1/example.org", `<clientConfig><emailProvider id="x"><incomingServer type="pop3">`+
		`<hostname>other.example.org</hostname><port>`+port+`</port><socketType>plain</socketType>`+
		`<username>me</username></incomingServer></emailProvider></clientConfig>`)
	r.caFile = ""
	code, stdout, stderr := r.init("me@example.org", "--no-test")
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "hint: if you want that, give --tls none") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if len(slices.Concat(plain.Sessions()[0].Commands)) > 1 {
		t.Errorf("said without TLS: %q", plain.Sessions()[0].Commands)
	}
	code, stdout, stderr = r.init("me@example.org", "--no-test", "--tls", "none", "--name", "untested")
	if code != exitOK || !strings.Contains(stdout, "    tls: none\n") || strings.Contains(stdout, "plaintext") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	// The server has no way to hide the password. The account works all the same.
	code, stdout, stderr = r.init("me@example.org", "--password-env", "PASSWORD", "--tls", "none", "--name", "plain")
	if code != exitOK || !strings.Contains(stdout, "    allow_plaintext_auth: true\n") || !strings.Contains(stderr, "can't hide the password") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// TestInitOverDefaults has defaults that the account doesn't have.
func TestInitOverDefaults(t *testing.T) {
	for _, defaults := range []string{"tls: none", "oauth: {token_command: print-token}"} {
		r := newFoundRig(t)
		if err := os.WriteFile(r.config, []byte("defaults:\n  "+defaults+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := r.init("me@example.org", "--password-env", "PASSWORD", "--tls", "implicit")
		if code != exitOK || strings.Contains(stdout, "tls: implicit") != (defaults == "tls: none") {
			t.Errorf("%s: exit code %d\n%s%s", defaults, code, stdout, stderr)
		}
	}
}

// TestInitPassesOverForeign has a server that unprotected DNS names, and the ISPDB,
// too, by HTTPS.
func TestInitPassesOverForeign(t *testing.T) {
	r := newFoundRig(t)
	_, port, _ := net.SplitHostPort(r.server)
	net.DefaultResolver = discovertest.StartDNS(t, "_pop3s._tcp.example.net SRV 0 1 "+port+" pop.example.org", "pop.example.org A 127.0.0.1").Resolver()
	r.web.ServeText("autoconfig.thunderbird.net/v1.1/example.net", r.page)
	code, stdout, stderr := r.init("me@example.net", "--password-env", "PASSWORD")
	if code != exitOK || !strings.Contains(stderr, "with TLS: the Mozilla ISPDB") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
