package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	good := map[string]time.Duration{
		"0": 0, "0s": 0, "90s": 90 * time.Second, "1m30s": 90 * time.Second, "36h": 36 * time.Hour,
		"14d": 14 * day, "2w": 14 * day, "1w1d1h": 8*day + time.Hour, "1.5d": 36 * time.Hour, "0.5w": 84 * time.Hour,
		"5ms": 5 * time.Millisecond, "5µs": 5 * time.Microsecond, "106751d": 106751 * day,
	}
	for text, want := range good {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "5", "d", "-5s", "+5s", "5 s", "5S", "5x", "1h30", "1h0", "h1", "1..5d", ".d", "1e3s", "∞", "14 days",
		"106752d", "15251w", "9999999999999999999d", "106751d24h", "2562047h2562047h",
	} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestRecipient takes what can stand between angle brackets.
func TestRecipient(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"me": true, "me@example.org": true, "jürgen+x@example.org": true, `"a"@example.org`: true,
		"<me@example.org>": false, "Me <me@example.org>": false, "me@example.org\r\nDATA": false, "me you": false, "a\x7f": false,
	} {
		if _, err := parseRecipient(text); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	good := map[string]int64{
		"none": 0, "1": 1, "50MB": 50e6, "50 MB": 50e6, "50mb": 50e6, "1MiB": 1 << 20, "1.5GB": 15e8, "7EiB": 7 << 60,
	}
	for text, want := range good {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "0MB", "-1", "MB", "50XB", "8EiB", "99999999999999999999", "1e3"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestWordsAreWritten(t *testing.T) {
	t.Parallel()
	got := []string{
		TLSMode(0).String(), TLSStartTLS.String(), TLSNone.String(),
	}
	want := []string{
		"implicit", "starttls", "none",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	type server struct {
		host string
		port int
	}
	good := map[string]server{
		"pop.example.org":      {"pop.example.org", 0},
		"POP.example.org.:995": {"POP.example.org.", 995},
		"localhost:1":          {"localhost", 1},
		"mail_server:65535":    {"mail_server", 65535},
		"127.0.0.1":            {"127.0.0.1", 0},
		"127.0.0.1:110":        {"127.0.0.1", 110},
		"::1":                  {"::1", 0},
		"[::1]":                {"::1", 0},
		"[::1]:110":            {"::1", 110},
		"2001:DB8:0::1":        {"2001:db8::1", 0},
		"fe80::1%eth0":         {"fe80::1%eth0", 0},
		"Bücher.example:995":   {"Bücher.example", 995},
		"例え。テスト":               {"例え。テスト", 0},
	}
	for text, want := range good {
		host, port, err := parseServer(text)
		if err != nil || (server{host, port}) != want {
			t.Errorf("%s: got %s %d, %v", text, host, port, err)
		}
	}
	for _, text := range []string{
		"", ".", ":110", "host:", "host:0", "host:65536", "host:pop3", "host:1:2", "a b", "-host", "host/x", "h\u00f4te\u202e", "h\u00f4te x", "\u00f4-", "me@host",
		"[::1", "[::1]110", "[::1]:", "[::1]x:1", "[127.0.0.1]:1", "[host]:1", "[]", "::1]:1", strings.Repeat("a", 254),
	} {
		if host, port, err := parseServer(text); err == nil {
			t.Errorf("%q: got %s %d", text, host, port)
		}
	}
}

// A URL is told what to write in its place, without what may be a password.
func TestServerIsNoURL(t *testing.T) {
	t.Parallel()
	const plain = "write host or host:port, without what stands in front and behind"
	for text, want := range map[string]string{
		"pops://pop.example.org:995/":              "write server: pop.example.org:995 and tls: implicit",
		"POP3S://pop.example.org":                  "write server: pop.example.org and tls: implicit",
		"pop://pop.example.org/INBOX?x#y":          "write server: pop.example.org and tls: starttls",
		"pop+plain://[::1]:110":                    "write server: [::1]:110 and tls: none",
		"https://pop.example.org/":                 "write server: pop.example.org",
		"pops://me@example.org:pw@pop.example.org": "write server: pop.example.org and tls: implicit, and the login as user",
		"pops://me:p/w@pop.example.org":            plain,
		"pops://me:secret":                         plain,
		"pops://":                                  plain,
		"://x y":                                   plain,
	} {
		_, _, err := parseServer(text)
		bad, ok := errors.AsType[fault](err)
		if !ok || bad.text != "a URL in the place of a server" || bad.hint != want {
			t.Errorf("%s: %+v", text, err)
		}
	}
}

// What is only dialled has its name as DNS has it.
func TestDialled(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"bücher.example": "xn--bcher-kva.example:24", "mail_server": "mail_server:24", "::1": "[::1]:24",
	} {
		if got := dialAddress(host, 24); got != want {
			t.Errorf("%s: got %s", host, got)
		}
	}
}

func TestParseProxy(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"none":                                    "",
		"socks5://localhost:1080":                 "localhost:1080",
		"socks5://[::1]:1080":                     "[::1]:1080 ",
		"socks5://me@localhost:1080":              "localhost:1080 me",
		"socks5://me:pw@localhost:1080":           "localhost:1080 me pw",
		"socks5://me%40a:p%3Aw%2F:@localhost:1":   "localhost:1 me@a p:w/:",
		"socks5://me@example.org:p@w@localhost:1": "localhost:1 me@example.org p@w",
	}
	for text, want := range good {
		got, err := parseProxy(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		shown := ""
		if got != nil {
			shown = strings.Join([]string{got.Address, got.User, got.Password.Reveal()}, " ")
		}
		if strings.TrimSpace(shown) != strings.TrimSpace(want) {
			t.Errorf("%s: got %s", text, shown)
		}
	}
	for _, text := range []string{
		"localhost:1080", "socks4://localhost:1080", "socks5://localhost", "socks5://", "socks5://localhost:1080/",
		"socks5://@localhost:1080", "socks5://:pw@localhost:1080", "socks5://a:%@localhost:1", "socks5://a/b@localhost:1",
	} {
		if got, err := parseProxy(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https://login.example.org/token", "http://localhost/t", "http://127.0.0.1:80", "http://[::1]:8080/"} {
		if got, err := parseEndpoint(text); err != nil || got != text {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "login.example.org", "http://login.example.org", "https://me:pw@host/", "https:///x", "ftp://localhost", "http://%zz"} {
		if got, err := parseEndpoint(text); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"maildri": "maildir", "Maildir": "maildir", "mailbox": "", "tsl": "tls", "tl": "tls", "delte": "delete",
		"pass": "password", "password_cmd": "password_command", "timout": "timeout", "on-new": "on_new", "max_msgs": "max_messages",
		"": "", "xyz": "", strings.Repeat("maildir", 20): "",
	}
	for word, want := range tests {
		if got := NearestWord(word, namesOf(accountKeys)); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestFaultsAreErrors(t *testing.T) {
	t.Parallel()
	_, err := ParseDuration("soon")
	const want = `not a duration "soon": write a number and its unit, such as 90s, 36h, 14d or 2w`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if p := (Problem{Line: 3}).withError(errors.New("odd")); p != (Problem{Line: 3, Text: "odd"}) {
		t.Errorf("got %+v", p)
	}
}
