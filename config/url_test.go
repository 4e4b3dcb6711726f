package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/secret"
)

func TestFromURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw, name, user, address string
		mode                     TLSMode
	}{
		{"pops://me@pop.example.org", "me@pop.example.org", "me", "pop.example.org:995", TLSImplicit},
		{"pop://me@pop.example.org", "me@pop.example.org", "me", "pop.example.org:110", TLSStartTLS},
		{"pop+plain://me@localhost", "me@localhost", "me", "localhost:110", TLSNone},
		{"POPS://me@POP.example.org/", "me@pop.example.org", "me", "pop.example.org:995", TLSImplicit},
		{"pops://me@pop.example.org:995", "me@pop.example.org", "me", "pop.example.org:995", TLSImplicit},
		{"pops://me@pop.example.org:1995", "me@pop.example.org+3A1995", "me", "pop.example.org:1995", TLSImplicit},
		{"pop://me@[::1]:1110", "me@+5B+3A+3A1+5D+3A1110", "me", "[::1]:1110", TLSStartTLS},
		{"pop://me@[::1]", "me@+3A+3A1", "me", "[::1]:110", TLSStartTLS},
		{"pops://me%40example.org@pop.example.org", "me@example.org@pop.example.org", "me@example.org", "pop.example.org:995", TLSImplicit},
		{"pops://me@example.org@pop.example.org", "me@example.org@pop.example.org", "me@example.org", "pop.example.org:995", TLSImplicit},
		{"pops://a%20b%2Fc%3Ad@h", "a+20b+2Fc+3Ad@h", "a b/c:d", "h:995", TLSImplicit},
		{"pops://me+list@h", "me+list@h", "me+list", "h:995", TLSImplicit},
		{"pops://me+20@h", "me+2B20@h", "me+20", "h:995", TLSImplicit},
		{"pops://.me@h", "+2Eme@h", ".me", "h:995", TLSImplicit},
		{"pops://-me@h", "+2Dme@h", "-me", "h:995", TLSImplicit},
		{"pops://J%C3%BCrgen@h", "J+C3+BCrgen@h", "Jürgen", "h:995", TLSImplicit},
	}
	for _, test := range tests {
		t.Run(test.raw, func(t *testing.T) {
			t.Parallel()
			account, err := FromURL(test.raw)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{account.Name, account.User, account.Address(), account.TLS.Mode, CheckName(account.Name)}
			if diff := cmp.Diff([]any{test.name, test.user, test.address, test.mode, nil}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFromURLGivesAWholeAccount(t *testing.T) {
	t.Parallel()
	got, err := FromURL("pops://me@pop.example.org")
	if err != nil {
		t.Fatal(err)
	}
	want := Account{
		Name: "me@pop.example.org", Enabled: true,
		Login: Login{
			Host: "pop.example.org", Port: 995,
			User: "me", Auth: "auto",
			Password: secret.Source{Account: "me@pop.example.org", Login: "me@pop.example.org", URL: true},
			Timeout:  time.Minute, ConnectTimeout: 30 * time.Second,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFromURLFails(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, want string }{
		{"imap://me@host", "not pops://"},
		{"pops:me@host", "not pops://"},
		{"work", "not pops://"},
		{"pops://host", "no user"},
		{"pops://@host", "no user"},
		{"pops://%zz@host", "no user"},
		{"pops://me%0d%0aQUIT@host", "no user"},
		{"pops://me%00@host", "no user"},
		{"pops://", "no user"},
		{"pops://me@", "no server"},
		{"pops://me@host:pop3", "no server"},
		{"pops://me@host:0", "no server"},
		{"pops://me@[::1", "no server"},
		{"pops://me:hunter2@host", "it has a password"},
		{"pops://me:@host", "it has a password"},
		{"pops://me@example.org:hunter2@host", "it has a password"},
		{"pops://me:hunter2", "no user"},
		{"pops://me:hunter2/@host", "it has a path"},
		{"hunter2://me@host", "not pops://"},
		{"pops://me@host/INBOX", "it has a path"},
		{"pops://me@host//", "it has a path"},
		{"pops://me@host?x=y", "it has a path"},
		{"pops://me@host#1", "it has a path"},
	}
	for _, test := range tests {
		_, err := FromURL(test.raw)
		if err == nil || !strings.HasPrefix(err.Error(), "account URL: "+test.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %s", test.raw, err, test.want)
		}
	}
}

// TestNamesOfURLsDiffer makes names of logins that look alike.
func TestNamesOfURLsDiffer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long", 20)
	raws := []string{
		"pops://me@h", "pops://me@h:1", "pops://me@h:11", "pops://m@e@h", "pops://me@h.", "pops://ME@h", "pops://me@-.h",
		"pops://me@1::1", "pops://me@[::1]:1", "pops://me@[::1]:11", "pops://me@::1:11", "pops://me@[::1%25h]:1", "pops://me@::1%25h",
		"pops://+2E@h", "pops://.@h", "pops://+@h", "pops://+2B2E@h", "pops://%2B%2F@h", "pops://%2F@h", "pops://++2F@h", "pops://%2B2F@h",
		"pops://" + long + "@h", "pops://" + long + "@h:1", "pops://" + long + "x@h", "pops://x" + long + "@h",
	}
	names := map[string]string{}
	for _, raw := range raws {
		account, err := FromURL(raw)
		if err != nil {
			continue
		}
		login := account.User + " " + account.Address()
		if other, taken := names[account.Name]; taken && other != login {
			t.Errorf("%s and %s are both called %s", other, login, account.Name)
		}
		names[account.Name] = login
		if len(account.Name) > maxName {
			t.Errorf("%s is too long", account.Name)
		}
	}
	if len(names) < 18 {
		t.Errorf("only %d names", len(names))
	}
}

func TestIsURL(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]bool{
		"pops://me@host": true, "imap://me@host": true, "work": false, "me@host": false, "me+list@pop.example.org": false, "": false,
	} {
		if got := IsURL(arg); got != want {
			t.Errorf("%s: %v", arg, got)
		}
	}
}
