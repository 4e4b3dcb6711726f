package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/fetch/rule"
	"popfetch/store/shell"
)

// TestJobHasRules hands the account's rules to the engine.
func TestJobHasRules(t *testing.T) {
	for name, want := range map[string]rule.Rules{
		"never":   {},
		"fetched": {Delete: rule.Delete{When: rule.AtOnce}},
		"later":   {Delete: rule.Delete{When: rule.AfterWhile, After: time.Hour}, MaxSize: 5, MaxMessages: 7},
	} {
		p := &program{UI: &term.UI{}}
		job, err := p.newJob(account{Rules: want})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, job.Rules); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestDestination shows nothing of a command that may be a secret.
func TestDestination(t *testing.T) {
	for want, a := range map[string]account{
		"none":                         {},
		"maildir /m":                   {Mailbox: maildirAt("/m")},
		"mbox /m":                      {Mailbox: config.Mailbox{Kind: config.MBox, Place: "/m"}},
		"pipe maildrop":                {Mailbox: config.Mailbox{Kind: config.Pipe, Place: "maildrop -V secret"}},
		"pipe":                         {Mailbox: config.Mailbox{Kind: config.Pipe, Place: "TOKEN=secret maildrop"}},
		"lmtp localhost:24 for me@e.x": {Mailbox: config.Mailbox{Kind: config.LMTP, Place: "localhost:24", Recipient: "me@e.x"}},
	} {
		if got := mailboxName(a); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestVariables hands down to a command what it may need, and no password.
func TestVariables(t *testing.T) {
	for _, name := range []string{"POPFETCH_PASSWORD", "OWN_PASSWORD", "OTHER_PASSWORD", "POPFETCH_TEST_MORE"} {
		t.Setenv(name, "x")
	}
	var own, other account
	own.Name, own.Password.Env, other.Password.Env = "work", "OWN_PASSWORD", "OTHER_PASSWORD"
	t.Setenv("CREDENTIALS_DIRECTORY", "/no/_PASSWORD=")
	p := &program{}
	p.useConfig(&config.Config{Accounts: []account{own, other}})
	p.useConfig(&config.Config{Accounts: []account{own}})
	environment := append(shell.Environment(), variablesFor(own)...)
	for _, variable := range []string{"POPFETCH_ACCOUNT=work", "POPFETCH_TEST_MORE=x", "PATH=" + os.Getenv("PATH")} {
		if !slices.Contains(environment, variable) {
			t.Errorf("%s is missing", variable)
		}
	}
	for _, variable := range environment {
		if strings.Contains(variable, "_PASSWORD=") {
			t.Errorf("%s is handed down", variable)
		}
	}
}

func TestTrustOf(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "missing.pem")
	tests := []struct {
		name, want string
		tls        config.TLS
	}{
		{"no such file", "tls_ca_file: open " + missing + ": no such file or directory", config.TLS{CAFile: missing}},
		{"no certificate in it", "tls_ca_file: no certificate in " + empty, config.TLS{CAFile: empty}},
		{
			"no certificate of our own", "tls_client_cert: open " + missing + ": no such file or directory",
			config.TLS{ClientCert: missing, ClientKey: missing},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &program{UI: &term.UI{}}
			_, err := p.newJob(account{Login: config.Login{TLS: test.tls}})
			if err == nil || err.Error() != test.want || ExitCode(err) != exitConfig {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCheckDestination(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(other, []byte("Host *\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		a    account
		want int
	}{
		{"none", account{}, exitOK},
		{"a kind that nobody knows", account{Mailbox: config.Mailbox{Kind: "imap", Place: "h"}}, exitBug},
		{"a Maildir to be made, with its parents", account{Mailbox: maildirAt(filepath.Join(dir, "a", "b"))}, exitOK},
		{"a folder", account{Mailbox: maildirAt(dir)}, exitOK},
		{"a Maildir that is a file", account{Mailbox: maildirAt(file)}, exitCantCreate},
		{"a Maildir below a file", account{Mailbox: maildirAt(filepath.Join(file, "Mail"))}, exitCantCreate},
		{"an mbox to be made", account{Mailbox: config.Mailbox{Kind: config.MBox, Place: filepath.Join(dir, "a", "mbox")}}, exitOK},
		{"an mbox", account{Mailbox: config.Mailbox{Kind: config.MBox, Place: file}}, exitOK},
		{"an mbox that is no mbox", account{Mailbox: config.Mailbox{Kind: config.MBox, Place: other}}, exitCantCreate},
		{"an mbox that is a folder", account{Mailbox: config.Mailbox{Kind: config.MBox, Place: dir}}, exitIO},
		{"a command", account{Mailbox: config.Mailbox{Kind: config.Pipe, Place: "cat >/dev/null"}}, exitOK},
		{"a command that isn't there", account{Mailbox: config.Mailbox{Kind: config.Pipe, Place: "popfetch-no-such-program"}}, exitCantCreate},
		{"an LMTP server that isn't there", account{Mailbox: config.Mailbox{Kind: config.LMTP, Place: filepath.Join(dir, "socket"), Recipient: "me"}}, exitTemporary},
		{"an mbox below a file", account{Mailbox: config.Mailbox{Kind: config.MBox, Place: filepath.Join(file, "mbox")}}, exitCantCreate},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := checkDestination(t.Context(), test.a); ExitCode(err) != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
