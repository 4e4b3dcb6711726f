//go:build unix

package config

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestExpandPath(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	t.Setenv("A", "/a")
	t.Setenv("B_2", "b $A ~")
	t.Setenv("EMPTY", "")
	good := map[string]string{
		"/x/../y":     "/y",
		"x/y":         "/etc/popfetch/x/y",
		"../x":        "/etc/x",
		"~":           "/home/me",
		"~/Mail/":     "/home/me/Mail",
		"x/~":         "/etc/popfetch/x/~",
		"$A":          "/a",
		"$A/x":        "/a/x",
		"${A}x":       "/ax",
		"~/$B_2/${A}": "/home/me/b $A ~/a",
		"$B_2":        "/etc/popfetch/b $A ~",
		"/5$/$$/$-":   "/5$/$$/$-",
		"/$1":         "/$1",
		"/a b'\"#é":   "/a b'\"#é",
	}
	for text, want := range good {
		if got, err := expandPath(text, "/etc/popfetch"); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	bad := map[string]string{
		"~root/x":     "~ with a user name",
		"$NO_SUCH_V":  "the variable NO_SUCH_V is unset or empty",
		"${NO_SUCH}x": "the variable NO_SUCH is unset or empty",
		"$EMPTY/x":    "the variable EMPTY is unset or empty",
		"${A":         "a ${ that names no variable",
		"${}":         "a ${ that names no variable",
		"${A:-x}":     "a ${ that names no variable",
	}
	for text, want := range bad {
		if got, err := expandPath(text, "/etc/popfetch"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	t.Setenv("HOME", "")
	if got, err := expandPath("~/x", "/etc/popfetch"); err == nil {
		t.Errorf("without a home: got %s", got)
	}
}

func TestDefaultPaths(t *testing.T) {
	tests := []struct{ home, config, state, wantConfig, wantState string }{
		{"/home/me", "", "", "/home/me/.config/popfetch/config.yaml", "/home/me/.local/state/popfetch"},
		{"/home/me", "/c", "/s", "/c/popfetch/config.yaml", "/s/popfetch"},
		{"", "/c", "/s", "/c/popfetch/config.yaml", "/s/popfetch"},
		{"/home/me", "c", "./s", "/home/me/.config/popfetch/config.yaml", "/home/me/.local/state/popfetch"},
	}
	for _, test := range tests {
		t.Setenv("HOME", test.home)
		t.Setenv("XDG_CONFIG_HOME", test.config)
		t.Setenv("XDG_STATE_HOME", test.state)
		config, err := DefaultPath()
		if err != nil || config != test.wantConfig {
			t.Errorf("%+v: got %s, %v", test, config, err)
		}
		state, err := StateDir()
		if err != nil || state != test.wantState {
			t.Errorf("%+v: got %s, %v", test, state, err)
		}
	}
}

func TestHomeless(t *testing.T) {
	for _, home := range []string{"", "relative"} {
		t.Setenv("HOME", home)
		t.Setenv("XDG_CONFIG_HOME", "")
		t.Setenv("XDG_STATE_HOME", "")
		for want, call := range map[string]func() (string, error){"XDG_CONFIG_HOME": DefaultPath, "XDG_STATE_HOME": StateDir} {
			got, err := call()
			if err == nil || err.Error() != "the home folder is not set in the environment, and neither is "+want {
				t.Errorf("got %s, %v", got, err)
			}
		}
	}
}

func TestSocket(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	t.Setenv("RUN", "/run")
	for text, want := range map[string]string{
		"localhost:24": "localhost:24", `"[::1]:24"`: "[::1]:24", "/run/lmtp": "/run/lmtp", "~/lmtp": "/home/me/lmtp", "$RUN": "/run",
	} {
		config, err := loadText(t, strings.Replace(minimal, "maildir: /mail", "lmtp: "+text+"\n    lmtp_recipient: me", 1))
		if err != nil || config.Accounts[0].Mailbox.Place != want {
			t.Errorf("%s: got %v, %v", text, config, err)
		}
	}
}

func TestHomely(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for path, want := range map[string]string{
		filepath.Join(home, ".config", "x"): filepath.Join("~", ".config", "x"),
		home + "er":                         home + "er",
		home:                                home,
		"relative":                          "relative",
	} {
		if got := HomelyPath(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
