//go:build unix

package trusted

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The users and groups of a small system.
const (
	passwdText = `root:x:0:0:root:/root:/bin/bash
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
games:x:5:70:games:/usr/games:/usr/sbin/nologin
alice:x:1000:1000:,,,:/home/alice:/bin/bash
bob:x:1001:1001:Bob,Apt #5,,:/home/bob:/bin/zsh
carol:x:1002:100:,,,:/home/carol:/bin/sh
vmail:x:5000:5000::/srv/vmail:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`
	groupText = `root:x:0:
mail:x:8:
users:x:100:
games:x:70:games
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
		{"of a system account", 70, "", ""},
		{"of who has no shell, and may come by SFTP", 5000, "vmail is in it", "vmail is in it"},
		{"with bob", 2000, "bob is in it", "bob is in it"},
		{"with her alone", 2001, "", unknown},
		{"carol's primary one", 100, "carol is in it", "carol is in it"},
		{"with a name that is no user", 2002, "", "gone is in it"},
		{"no group of this system", 20123, "", unknown},
		{"bob's", 1001, "bob is in it", "bob is in it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := loginsOf(t, "").strangerIn(test.gid, alice); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := loginsOf(t, "passwd: files ldap\n").strangerIn(test.gid, alice); got != test.elsewhere {
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
		{"vmail, with a number as people have", 5000, true, true},
		{"nobody", 65534, false, false},
		{"no user of this system, or a person's in a user namespace", 165540, true, true},
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
		"group: ldap\npasswd: files\n":            false,
		"initgroups: files ldap\npasswd: files\n": false,
		"passwd: files nis\nshadow: files\n":      false,
		"hosts: files dns\n":                      true,
	} {
		if got := loginsOf(t, text).isWhole; got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestOddLogins has files of users that are hard to read, and a user who tries to hide
// in them: each trusts bob as little as the plain one does.
func TestOddLogins(t *testing.T) {
	const alice = 1000
	many := strings.Repeat("student,", 20_000)
	tests := []struct {
		name, passwd, group string
		gid                 int
		want                string
	}{
		{"a long line", passwdText, "crowd:x:3000:" + many + "bob\n", 3000, "bob is in it"},
		{"behind a long line", passwdText, "crowd:x:3000:" + many + "\neditors:x:2000:bob\n", 2000, "bob is in it"},
		{"a group in two lines", passwdText, "editors:x:2000:alice\neditors:x:2000:bob\n", 2000, "bob is in it"},
		{"two names of one number", passwdText + "robert:x:1001:2000::/home/bob:/usr/sbin/nologin\n", groupText, 2000, "bob is in it"},
		{"comments", "# people\n" + passwdText, "# groups\n" + groupText, 2000, "bob is in it"},
		{"a group with the number of root's", passwdText, "root:x:0:bob\n", 0, "bob is in it"},
		{"members from NIS", passwdText, "editors:x:2000:alice\n+\n", 2000, "nobody here can tell who is in it"},
		{"a list without an end", passwdText + strings.Repeat("# more\n", maxLogins/7), groupText, 2001, "/etc/passwd and /etc/group can't be read to see who is in it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.gid == 0 && runtime.GOOS != "linux" {
				t.Skip("there who is in wheel can be root")
			}
			folder := t.TempDir()
			for name, text := range map[string]string{"passwd": test.passwd, "group": test.group} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			l := readLogins(folder)
			if runtime.GOOS == "darwin" && test.group != "editors:x:2000:alice\n+\n" {
				l.isWhole = true
			}
			if got := l.strangerIn(test.gid, alice); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestFirstUID reads where the numbers of people begin.
func TestFirstUID(t *testing.T) {
	file := filepath.Join(t.TempDir(), "login.defs")
	if err := os.WriteFile(file, []byte("# UID_MIN 5\nUID_MAX 60000\nUID_MIN\t\t 500 # as before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := firstUID(file); got != 500 {
		t.Errorf("got %d", got)
	}
}
