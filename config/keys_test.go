package config

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/secret"
)

// keyTests has every key of an account with a value, and what that changes in
// an account that has nothing else.
var keyTests = map[string]struct {
	value  string
	change func(*Account)
}{
	"enabled":              {"false", func(a *Account) { a.Enabled = false }},
	"server":               {"pop.example.net:1995", func(a *Account) { a.Host, a.Port = "pop.example.net", 1995 }},
	"tls":                  {"starttls", func(a *Account) { a.TLS.Mode = TLSStartTLS }},
	"tls_ca_file":          {"/ca.pem", func(a *Account) { a.TLS.CAFile = filepath.FromSlash("/ca.pem") }},
	"tls_server_name":      {"mail.example.org", func(a *Account) { a.TLS.ServerName = "mail.example.org" }},
	"tls_min_version":      {"1.3", func(a *Account) { a.TLS.MinVersion = tls.VersionTLS13 }},
	"tls_client_cert":      {"/me.pem", func(a *Account) { a.TLS.ClientCert = filepath.FromSlash("/me.pem") }},
	"tls_client_key":       {"/me.key", func(a *Account) { a.TLS.ClientKey = filepath.FromSlash("/me.key") }},
	"tls_insecure":         {"true", func(a *Account) { a.TLS.Insecure = true }},
	"tls_fingerprint":      {"sha256:" + strings.Repeat("00:", 31) + "01", func(a *Account) { a.TLS.Fingerprints = []Fingerprint{{31: 1}} }},
	"tls_legacy":           {"[rsa, none]", func(a *Account) { a.TLS.Legacy = []string{"rsa"} }},
	"user":                 {"you", func(a *Account) { a.User = "you" }},
	"auth":                 {"cram-md5", func(a *Account) { a.Auth = "cram-md5" }},
	"password_command":     {"pass show work", func(a *Account) { a.Password.Command = "pass show work" }},
	"password_file":        {"/secret", func(a *Account) { a.Password.File = filepath.FromSlash("/secret") }},
	"password_env":         {"MAIL_PW", func(a *Account) { a.Password.Env = "MAIL_PW" }},
	"password":             {"'s p a c e s'", func(a *Account) { a.Password.Password = secret.New("s p a c e s") }},
	"allow_plaintext_auth": {"true", func(a *Account) { a.AllowPlaintextAuth = true }},
	"oauth":                {"{provider: microsoft}", func(a *Account) { a.OAuth = &OAuth{Provider: "microsoft"} }},
	"maildir":              {"/mail", func(a *Account) { a.Maildir = filepath.FromSlash("/mail") }},
	"mbox":                 {"/mbox", func(a *Account) { a.MBox = filepath.FromSlash("/mbox") }},
	"pipe":                 {"cat >$HOME/x", func(a *Account) { a.Pipe = "cat >$HOME/x" }},
	"lmtp":                 {"localhost:24", func(a *Account) { a.LMTP.Server = "localhost:24" }},
	"lmtp_recipient":       {"me@example.org", func(a *Account) { a.LMTP = LMTP{Server: "h:24", Recipient: "me@example.org"} }},
	"delete":               {"2w", func(a *Account) { a.Delete = DeleteAfter(336 * time.Hour) }},
	"start":                {"last 5", func(a *Account) { a.Start = StartLast(5) }},
	"max_size":             {"10 MiB", func(a *Account) { a.MaxSize = 10 << 20 }},
	"max_messages":         {"7", func(a *Account) { a.MaxMessages = 7 }},
	"filter":               {"grep -q ~x", func(a *Account) { a.Filter = "grep -q ~x" }},
	"on_new":               {"notify", func(a *Account) { a.OnNew = "notify" }},
	"min_interval":         {"1d", func(a *Account) { a.MinInterval = 24 * time.Hour }},
	"error_grace":          {"0", func(*Account) {}},
	"timeout":              {"5m", func(a *Account) { a.Timeout = 5 * time.Minute }},
	"connect_timeout":      {"1s", func(a *Account) { a.ConnectTimeout = time.Second }},
	"proxy":                {"socks5://h:1", func(a *Account) { a.Proxy = &Proxy{Address: "h:1"} }},
	"pipelining":           {"on", func(a *Account) { a.Pipelining = PipeliningOn }},
}

// TestEveryKey gives each key to an account, and to one through the defaults,
// and through a merged map. What the account lacks is no matter here.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	for _, key := range accountKeyNames {
		test, ok := keyTests[key]
		if !ok {
			t.Errorf("%s has no test", key)
			continue
		}
		line, company := key+": "+test.value, ""
		if key == "lmtp_recipient" { // Without lmtp it's dropped.
			company = ", lmtp: 'h:24'"
		}
		texts := map[string]string{
			"own":       "accounts: {work: {" + line + company + "}}",
			"inherited": "defaults: {" + line + company + "}\naccounts: {work: }",
			"merged":    "accounts: {work: {<<: {" + line + company + "}}}",
		}
		for how, text := range texts {
			root, problem := parseYAML([]byte(text))
			if problem != nil {
				t.Fatalf("%s: %v", text, problem)
			}
			d := &decoder{folder: t.TempDir()}
			accounts := d.top(root)
			want := defaultAccount("work")
			test.change(&want)
			want.complete()
			if diff := cmp.Diff([]Account{want}, accounts); diff != "" {
				t.Errorf("%s, %s: %s", key, how, diff)
			}
		}
	}
}

// TestEveryKeyIsTakenBack has each key in the defaults, in a merged map or in
// both, and null for it in the account.
func TestEveryKeyIsTakenBack(t *testing.T) {
	t.Parallel()
	for key, test := range keyTests {
		line := key + ": " + test.value
		for how, text := range map[string]string{
			"defaults":          "defaults: {" + line + "}\naccounts: {work: {" + key + ": null}}",
			"merged":            "accounts: {work: {<<: {" + line + "}, " + key + ": null}}",
			"both":              "defaults: {" + line + "}\naccounts: {work: {<<: {" + line + "}, " + key + ": Null}}",
			"null in the merge": "defaults: {" + line + "}\naccounts: {work: {<<: {" + key + ": null}}}",
			"in the defaults":   "defaults: {" + key + ": null}\naccounts: {work: }",
		} {
			root, problem := parseYAML([]byte(text))
			if problem != nil {
				t.Fatalf("%s: %v", text, problem)
			}
			d := &decoder{folder: t.TempDir()}
			accounts := d.top(root)
			want := defaultAccount("work")
			want.complete()
			if diff := cmp.Diff([]Account{want}, accounts); diff != "" {
				t.Errorf("%s, %s: %s", key, how, diff)
			}
			for _, p := range d.problems {
				if p.Key != "" && key != "oauth" { // which is no whole one in the defaults
					t.Errorf("%s, %s: %s: %s", key, how, p.Key, p.Text)
				}
			}
		}
	}
}

// TestInheritance has an account and defaults that both name keys of one group.
func TestInheritance(t *testing.T) {
	t.Parallel()
	type outcome struct{ Maildir, MBox, Pipe, LMTP, Recipient, Command, Env, Host string }
	tests := []struct {
		name, defaults, own string
		want                outcome
	}{
		{"nothing of its own", "maildir: /d", "", outcome{Maildir: "/d"}},
		{"the same key", "maildir: /d", "maildir: /o", outcome{Maildir: "/o"}},
		{"another destination", "maildir: /d", "mbox: /o", outcome{MBox: "/o"}},
		{"a command for a folder", "mbox: /d", "pipe: o", outcome{Pipe: "o"}},
		{"LMTP is left with its recipient", "lmtp: 'd:24', lmtp_recipient: d", "maildir: /o", outcome{Maildir: "/o"}},
		{"a destination is taken back", "maildir: /d", "maildir: null, mbox: /o", outcome{MBox: "/o"}},
		{"a password is taken back", "maildir: /d, password_env: D", "password_env: null", outcome{Maildir: "/d"}},
		{"another way is taken back", "maildir: /d, password_env: D", "password_command: null", outcome{Maildir: "/d", Env: "D"}},
		{"the word in quotes", "maildir: /d, password_env: D", "pipe: 'null'", outcome{Pipe: "null", Env: "D"}},
		{"another recipient", "lmtp: 'd:24', lmtp_recipient: d", "lmtp_recipient: o", outcome{LMTP: "d:24", Recipient: "o"}},
		{"another server", "lmtp: 'd:24', lmtp_recipient: d", "lmtp: 'o:24'", outcome{LMTP: "o:24", Recipient: "d"}},
		{"another password", "maildir: /d, password_env: D", "password_command: o", outcome{Maildir: "/d", Command: "o"}},
		{"the password stays", "maildir: /d, password_env: D", "mbox: /o", outcome{MBox: "/o", Env: "D"}},
		{"a host without a port", "maildir: /d, server: 'd:1'", "server: o", outcome{Maildir: "/d", Host: "o:995"}},
		{"a host with its port", "maildir: /d, server: 'd:1'", "tls: none", outcome{Maildir: "/d", Host: "d:1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := "server: h, "
			if strings.Contains(test.defaults+test.own, "server:") {
				server = ""
			} else {
				test.want.Host = "h:995"
			}
			config, err := loadText(t, fmt.Sprintf("defaults: {%s}\naccounts:\n  work: {%suser: me, %s}\n", test.defaults, server, test.own))
			if err != nil {
				t.Fatal(err)
			}
			a := config.Accounts[0]
			got := outcome{
				filepath.ToSlash(a.Maildir), filepath.ToSlash(a.MBox), a.Pipe, a.LMTP.Server, a.LMTP.Recipient,
				a.Password.Command, a.Password.Env, a.Address(),
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMergedMaps uses YAML's own way to share keys.
func TestMergedMaps(t *testing.T) {
	t.Parallel()
	config, err := loadText(t, `
accounts:
  one: &one {server: a, user: b, maildir: /one, delete: fetched}
  two: {<<: *one, maildir: /two}
  three: {<<: *one, mbox: /three}
  four: {<<: [{user: c}, *one], start: now}
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range config.Accounts {
		got = append(got, fmt.Sprintln(a.Name, a.Host, a.User, a.Maildir, a.MBox, a.Delete, a.Start))
	}
	want := []string{
		"one a b /one  fetched all\n", "two a b /two  fetched all\n", "three a b  /three fetched all\n", "four a c /one  fetched now\n",
	}
	if diff := cmp.Diff(want, got); diff != "" && filepath.Separator == '/' {
		t.Error(diff)
	}
}
