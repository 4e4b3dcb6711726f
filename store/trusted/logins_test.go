//go:build unix

package trusted

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// The users and groups of a small system.
const (
	passwdText = `root:x:0:0:root:/root:/bin/bash
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
games:x:5:60:games:/usr/games:/usr/sbin/nologin
alice:x:1000:1000:,,,:/home/alice:/bin/bash
bob:x:1001:1001:,,,:/home/bob:/bin/zsh
carol:x:1002:100:,,,:/home/carol:/bin/sh
vmail:x:5000:5000::/srv/vmail:/usr/sbin/nologin
`
	groupText = `root:x:0:
mail:x:8:
users:x:100:
empty:x:70:
alice:x:1000:
bob:x:1001:
editors:x:2000:alice,bob
staff:x:2001:alice
stale:x:2002:gone
vmail:x:5000:
`
)

// loginsOf reads them with a name service switch, of none where it is empty.
func loginsOf(t *testing.T, nsswitch string) *logins {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"passwd": passwdText, "group": groupText, "nsswitch.conf": nsswitch} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := readLogins(folder)
	if runtime.GOOS == "darwin" {
		l.isWhole = nsswitch == ""
	}
	return l
}

// TestStranger asks who else is in a group of alice's files. With a directory of
// users somewhere else, the files don't tell.
func TestStranger(t *testing.T) {
	const alice, unknown = 1000, "nobody here can tell who is in it"
	tests := []struct {
		name            string
		gid             int
		want, elsewhere string
	}{
		{"her own", 1000, "", ""},
		{"root's", 0, "", ""},
		{"mail", 8, "", ""},
		{"of a system account", 5000, "", ""},
		{"with bob", 2000, "bob is in it", "bob is in it"},
		{"with her alone", 2001, "", unknown},
		{"carol's primary one", 100, "carol is in it", "carol is in it"},
		{"with a name that is no user", 2002, "gone is in it", "gone is in it"},
		{"empty", 70, "", unknown},
		{"no group of this system", 20123, "", unknown},
		{"bob's", 1001, "bob is in it", "bob is in it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := loginsOf(t, "").stranger(test.gid, alice); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := loginsOf(t, "passwd: files ldap\n").stranger(test.gid, alice); got != test.elsewhere {
				t.Errorf("with a directory: got %q, want %q", got, test.elsewhere)
			}
		})
	}
}

// TestPerson asks who can log in.
func TestPerson(t *testing.T) {
	tests := []struct {
		name            string
		uid             int
		want, elsewhere bool
	}{
		{"mail", 8, false, false},
		{"alice", 1000, true, true},
		{"vmail, with a number as people have", 5000, false, false},
		{"no user of this system", 20123, false, true},
		{"a home of systemd", 60123, true, true},
		{"a service of systemd", 61234, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := loginsOf(t, "").isPerson(test.uid); got != test.want {
				t.Errorf("got %v", got)
			}
			if got := loginsOf(t, "passwd: files ldap\n").isPerson(test.uid); got != test.elsewhere {
				t.Errorf("with a directory: got %v", got)
			}
		})
	}
}

// TestSources has name service switches as systems ship them.
func TestSources(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("it has a directory of its own")
	}
	for text, want := range map[string]bool{
		"passwd:         files systemd\n":         true,
		"passwd: files [SUCCESS=merge] systemd\n": true,
		"# passwd: ldap\npasswd:\tcompat\n":       true,
		"passwd: files winbind\n":                 false,
		"group: ldap\npasswd: files\n":            true,
		"passwd: files nis\nshadow: files\n":      false,
		"hosts: files dns\n":                      true,
	} {
		if got := loginsOf(t, text).isWhole; got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
