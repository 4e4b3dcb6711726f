package discover

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"popfetch/config"
)

// A server is what a test's autoconfiguration names.
type server struct{ host, port, socket, user string }

// configOf is an autoconfiguration with these servers of POP3, and one of IMAP.
func configOf(servers ...server) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="example.org">` +
		`<domain>example.org</domain><incomingServer type="imap"><hostname>imap.example.org</hostname><port>993</port>` +
		`<socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>`)
	for _, s := range servers {
		fmt.Fprintf(&b, `<incomingServer type="pop3"><hostname>%s</hostname><port>%s</port><socketType>%s</socketType>`+
			`<username>%s</username><authentication>password-cleartext</authentication></incomingServer>`, s.host, s.port, s.socket, s.user)
	}
	b.WriteString(`</emailProvider></clientConfig>`)
	return b.String()
}

var me = address{"me@bücher.example", "me", "xn--bcher-kva.example"}

func TestClientConfig(t *testing.T) {
	t.Parallel()
	got, err := me.parseClientConfig([]byte(`
<clientConfig version="1.1">
  <emailProvider id="example.org">
    <incomingServer type="pop3">
      <hostname> pop.%EMAILDOMAIN% </hostname> <port> 110 </port> <socketType> plain </socketType>
      <username>%EMAILLOCALPART%</username>
      <authentication>password-encrypted</authentication>
    </incomingServer>
    <incomingServer type="pop3">
      <hostname>pop.example.org</hostname> <port>995</port> <socketType>SSL</socketType>
      <username>EXAMPLE\%EMAILLOCALPART%</username>
      <authentication>OAuth2</authentication>
      <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer><checkInterval minutes="15"/></pop3>
    </incomingServer>
    <incomingServer type="pop3">
      <hostname>pop.gmx.net</hostname> <port>110</port> <socketType>STARTTLS</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>TLS-client-cert</authentication>
    </incomingServer>
  </emailProvider>
</clientConfig>`))
	gmx := providerOf("pop.gmx.net")
	want := []Found{
		{
			Host: "pop.example.org", Port: 995, TLS: config.TLSImplicit, Users: []string{`EXAMPLE\me`},
			Password: PasswordNone, MinInterval: 15 * time.Minute, Notes: []string{oauthNote},
		},
		{
			Host: "pop.gmx.net", Port: 110, TLS: config.TLSStartTLS, Users: []string{"me@bücher.example"},
			MinInterval: 15 * time.Minute, Provider: "GMX", Notes: append(gmx.notes[:len(gmx.notes):len(gmx.notes)], clientNote),
		},
		{
			Host: "pop.xn--bcher-kva.example", Port: 110, TLS: config.TLSNone, Users: []string{"me"},
			Notes: []string{plainNote},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestHostileConfig has servers that are none.
func TestHostileConfig(t *testing.T) {
	t.Parallel()
	good := server{"pop.example.org", "995", "SSL", "%EMAILADDRESS%"}
	for _, bad := range []server{
		{"", "995", "SSL", ""},
		{"localhost", "995", "SSL", ""},
		{"127.0.0.1", "995", "SSL", ""},
		{"[::1]", "995", "SSL", ""},
		{"1.2.3", "995", "SSL", ""},
		{"pop.example.org/../x", "995", "SSL", ""},
		{"pop.example.org:110", "995", "SSL", ""},
		{"me@pop.example.org", "995", "SSL", ""},
		{"../../etc/passwd", "995", "SSL", ""},
		{"pop&#10;tls: none.example.org", "995", "SSL", ""},
		{"pop&#x202e;.example.org", "995", "SSL", ""},
		{"pop.example.org&#x9b;2J", "995", "SSL", ""},
		{"%EMAILADDRESS%", "995", "SSL", ""},
		{strings.Repeat("a.", 200) + "org", "995", "SSL", ""},
		{"pop.example.org", "0", "SSL", ""},
		{"pop.example.org", "65536", "SSL", ""},
		{"pop.example.org", "-1", "SSL", ""},
		{"pop.example.org", "99999999999999999999", "SSL", ""},
		{"pop.example.org", "995x", "SSL", ""},
		{"pop.example.org", "", "SSL", ""},
		{"pop.example.org", "995", "", ""},
		{"pop.example.org", "995", "TLSish", ""},
	} {
		got, err := me.parseClientConfig([]byte(configOf(bad, good)))
		if err != nil || len(got) != 1 || got[0].Address() != "pop.example.org:995" || got[0].Users[0] != me.whole {
			t.Errorf("%+v: %+v, %v", bad, got, err)
		}
	}
}

// TestHostileUser takes no name that could be none.
func TestHostileUser(t *testing.T) {
	t.Parallel()
	for _, user := range []string{
		"", "a b", "me&#10;delete: fetched", "me&#x202e;", strings.Repeat("a", 256), "%EMAILHASH%", "&quot;me&quot;", "me:x", "  ",
	} {
		got, err := me.parseClientConfig([]byte(configOf(server{"pop.example.org", "995", "SSL", user})))
		if err != nil || len(got) != 1 || !cmp.Equal(got[0].Users, []string{me.whole, me.local}) {
			t.Errorf("%q: %+v, %v", user, got, err)
		}
	}
}

func TestInterval(t *testing.T) {
	t.Parallel()
	for minutes, want := range map[string]time.Duration{
		"10": 10 * time.Minute, "0": 0, "-5": 0, "": 0, "1441": 0, "9999999999999": 0, "1440": 24 * time.Hour,
	} {
		var server incoming
		server.Interval.Minutes = minutes
		if got := server.loginInterval(); got != want {
			t.Errorf("%s: %v", minutes, got)
		}
	}
}

func TestNoConfig(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "no such page", "<html><body>canary</body></html>", "<!DOCTYPE html><p>canary<br>", `{"canary":1}`,
		"<clientConfig><emailProvider>canary", "<clientConfig>\x00canary</clientConfig>", "<clientConfig>&canary;</clientConfig>",
		`<?xml version="1.0" encoding="canary"?><clientConfig/>`,
		`<!DOCTYPE c [<!ENTITY canary SYSTEM "file:///etc/passwd">]><clientConfig>&canary;</clientConfig>`,
	} {
		got, err := me.parseClientConfig([]byte(text))
		if err == nil || len(got) > 0 || err.Error() != "the answer isn't an autoconfiguration" {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	many := make([]server, 500)
	for i := range many {
		many[i] = server{fmt.Sprintf("pop%d.example.org", i), "995", "SSL", ""}
	}
	if got, err := me.parseClientConfig([]byte(configOf(many...))); err != nil || len(got) != maxServers {
		t.Errorf("%d, %v", len(got), err)
	}
}

// FuzzClientConfig reads any text as an autoconfiguration. What comes of it can
// be dialled, logged in to, written to a configuration and shown.
func FuzzClientConfig(f *testing.F) {
	for _, s := range []server{
		{"pop.example.org", "995", "SSL", "%EMAILADDRESS%"},
		{"pop.%EMAILDOMAIN%", "110", "STARTTLS", "%EMAILLOCALPART%@%EMAILDOMAIN%"},
		{"pop.gmail.com", "110", "plain", "me"},
		{"bücher.example", "65536", "SSL", `A\b`},
		{"pop&#10;", "1", "SSL", "&#27;"},
	} {
		f.Add([]byte(configOf(s)))
	}
	f.Add([]byte(`<clientConfig><emailProvider><incomingServer type="pop3"><pop3><checkInterval minutes="15"/></pop3>`))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := me.parseClientConfig(text)
		if err != nil && len(got) > 0 || len(got) > maxServers {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		for i, s := range got {
			if host, ok := parseHost(s.Host); !ok || host != s.Host || s.Port < 1 || s.Port > 65535 {
				t.Errorf("%q names %q, %d", text, s.Host, s.Port)
			}
			if s.TLS < config.TLSImplicit || s.TLS > config.TLSNone || i > 0 && got[i-1].TLS > s.TLS ||
				s.TLS == config.TLSNone && s.Notes[len(s.Notes)-1] != plainNote {
				t.Errorf("%q has %v in the wrong place", text, s)
			}
			if s.MinInterval < 0 || s.MinInterval > 24*time.Hour || len(s.Users) == 0 {
				t.Errorf("%q: %v", text, s)
			}
			for _, user := range s.Users {
				if user == "" || len(user) > maxUser || strings.ContainsFunc(user, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }) {
					t.Errorf("%q logs in as %q", text, user)
				}
			}
		}
	})
}
