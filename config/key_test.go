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
	"popfetch/fetch/rule"
)

// changes are what the keys' values change in an account that has nothing else. A
// key without a row has to change something.
var changes = map[string]func(*Account){
	"enabled":              func(a *Account) { a.Enabled = false },
	"server":               func(a *Account) { a.Host, a.Port = "pop.example.net", 1995 },
	"tls":                  func(a *Account) { a.TLS.Mode = TLSStartTLS },
	"tls_ca_file":          func(a *Account) { a.TLS.CAFile = filepath.FromSlash("/ca.pem") },
	"tls_server_name":      func(a *Account) { a.TLS.ServerName = "mail.example.org" },
	"tls_min_version":      func(a *Account) { a.TLS.MinVersion = tls.VersionTLS13 },
	"tls_client_cert":      func(a *Account) { a.TLS.ClientCert = filepath.FromSlash("/me.pem") },
	"tls_client_key":       func(a *Account) { a.TLS.ClientKey = filepath.FromSlash("/me.key") },
	"tls_insecure":         func(a *Account) { a.TLS.Insecure = true },
	"tls_fingerprint":      func(a *Account) { a.TLS.Fingerprints = []Fingerprint{{31: 1}} },
	"tls_legacy":           func(a *Account) { a.TLS.Legacy = []string{"rsa"} },
	"user":                 func(a *Account) { a.User = "you" },
	"auth":                 func(a *Account) { a.Auth = "cram-md5" },
	"password_command":     func(a *Account) { a.Password.Command = "pass show work" },
	"password_file":        func(a *Account) { a.Password.File = filepath.FromSlash("/secret") },
	"password_env":         func(a *Account) { a.Password.Env = "MAIL_PW" },
	"password":             func(a *Account) { a.Password.Password = secret.New("s p a c e s") },
	"allow_plaintext_auth": func(a *Account) { a.AllowPlaintextAuth = true },
	"oauth":                func(a *Account) { a.OAuth = &OAuth{Provider: "microsoft"} },
	"maildir":              func(a *Account) { a.Mailbox = Mailbox{Kind: Maildir, Place: filepath.FromSlash("/mail")} },
	"mbox":                 func(a *Account) { a.Mailbox = Mailbox{Kind: MBox, Place: filepath.FromSlash("/mbox")} },
	"pipe":                 func(a *Account) { a.Mailbox = Mailbox{Kind: Pipe, Place: "cat >$HOME/x"} },
	"lmtp":                 func(a *Account) { a.Mailbox = Mailbox{Kind: LMTP, Place: "localhost:24"} },
	"lmtp_recipient":       func(a *Account) { a.Mailbox = Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me@example.org"} },
	"delete":               func(a *Account) { a.Delete = rule.Delete{When: rule.AfterWhile, After: 336 * time.Hour} },
	"start":                func(a *Account) { a.Start = rule.Start{Skip: true, Last: 5} },
	"max_size":             func(a *Account) { a.MaxSize = 10 << 20 },
	"max_messages":         func(a *Account) { a.MaxMessages = 7 },
	"filter":               func(a *Account) { a.Filter = "grep -q ~x" },
	"on_new":               func(a *Account) { a.OnNew = "notify" },
	"min_interval":         func(a *Account) { a.MinInterval = 24 * time.Hour },
	"error_grace":          func(a *Account) { a.ErrorGrace = 3 * time.Hour },
	"timeout":              func(a *Account) { a.Timeout = 5 * time.Minute },
	"connect_timeout":      func(a *Account) { a.ConnectTimeout = time.Second },
	"proxy":                func(a *Account) { a.Proxy = &Proxy{Address: "h:1"} },
	"pipelining":           func(a *Account) { a.Pipelining = PipeliningOn },
}

// TestEveryKey gives each key to an account, and to one through the defaults,
// and through a merged map. What the account lacks is no matter here.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	for _, k := range accountKeys {
		if k.try == "" {
			t.Errorf("%s has no value to try", k.name)
			continue
		}
		line, company := k.name+": "+k.try, ""
		if k.name == "lmtp_recipient" { // Without lmtp it's dropped.
			company = ", lmtp: 'h:24'"
		}
		want, untouched := decoded(t, "accounts: {work: {"+line+company+"}}"), decoded(t, "accounts: {work: }")
		if change := changes[k.name]; change != nil {
			want = defaultAccount("work")
			change(&want)
			want.complete()
		} else if cmp.Equal(want, untouched) {
			t.Errorf("%s changes nothing", line)
		}
		for how, text := range map[string]string{
			"own":       "accounts: {work: {" + line + company + "}}",
			"inherited": "defaults: {" + line + company + "}\naccounts: {work: }",
			"merged":    "accounts: {work: {<<: {" + line + company + "}}}",
		} {
			if diff := cmp.Diff(want, decoded(t, text)); diff != "" {
				t.Errorf("%s, %s: %s", k.name, how, diff)
			}
		}
	}
}

// decoded returns the one account of a text, whatever is wrong with it.
func decoded(t *testing.T, text string) Account {
	t.Helper()
	root, problem := parseYAML([]byte(text))
	if problem != nil {
		t.Fatalf("%s: %v", text, problem)
	}
	accounts := (&decoder{folder: t.TempDir()}).readTop(root)
	if len(accounts) != 1 {
		t.Fatalf("%s: %d accounts", text, len(accounts))
	}
	return accounts[0]
}

// TestEveryKeyIsTakenBack has each key in the defaults, in a merged map or in
// both, and null for it in the account.
func TestEveryKeyIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, k := range accountKeys {
		key, line := k.name, k.name+": "+k.try
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
			accounts := d.readTop(root)
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
			place := map[string]string{a.Mailbox.Kind: filepath.ToSlash(a.Mailbox.Place)}
			got := outcome{
				place[Maildir], place[MBox], place[Pipe], place[LMTP], a.Mailbox.Recipient,
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
		got = append(got, fmt.Sprintln(a.Name, a.Host, a.User, a.Mailbox.Kind, a.Mailbox.Place, a.Delete, a.Start))
	}
	want := []string{
		"one a b maildir /one fetched all\n", "two a b maildir /two fetched all\n",
		"three a b mbox /three fetched all\n", "four a c maildir /one fetched now\n",
	}
	if diff := cmp.Diff(want, got); diff != "" && filepath.Separator == '/' {
		t.Error(diff)
	}
}
