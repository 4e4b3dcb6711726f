package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadOrder(t *testing.T) {
	const login = "me@pop.example.org"
	kept := map[string]string{"popfetch/work": "from keyring", "popfetch/" + login: "from keyring"}
	broken := errors.New("bus is gone")
	tests := []struct {
		name     string
		source   Source
		vault    memory
		variable string
		want     string
		question string
	}{
		{"configuration", Source{Account: "work", Password: New("from file")}, memory{items: kept}, "", "from file", ""},
		{"named variable", Source{Account: "work", Env: "TEST_PW"}, memory{items: kept}, "", "from TEST_PW", ""},
		{"keyring", Source{Account: "work", Login: login}, memory{items: kept}, "", "from keyring", ""},
		{"POPFETCH_PASSWORD isn't for configured accounts", Source{Account: "work", Login: login}, memory{items: kept}, "from POPFETCH_PASSWORD", "from keyring", ""},
		{"URL: variable before keyring", Source{Account: login, Login: login, URL: true}, memory{items: kept}, "from POPFETCH_PASSWORD", "from POPFETCH_PASSWORD", ""},
		{"URL: keyring", Source{Account: login, Login: login, URL: true}, memory{items: kept}, "", "from keyring", ""},
		{"URL: prompt", Source{Account: login, Login: login, URL: true}, memory{}, "", "typed", "Password for me@pop.example.org: "},
		{"prompt", Source{Account: "work", Login: login}, memory{}, "", "typed", "Password for work (me@pop.example.org): "},
		{"prompt, since the keyring is out of order", Source{Account: "work", Login: login}, memory{err: broken}, "", "typed", "Password for work (me@pop.example.org): "},
		{"prompt for an account without login", Source{Account: "work"}, memory{}, "", "typed", "Password for work: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			useVault(t, test.vault)
			t.Setenv("TEST_PW", "from TEST_PW")
			t.Setenv("POPFETCH_PASSWORD", test.variable)
			var question string
			got, err := test.source.ReadPassword(t.Context(), typing("typed", &question))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.want, test.question}, []string{got.Reveal(), question}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadFails(t *testing.T) {
	failing := func(err error) Prompt {
		return func(context.Context, string) (Secret, error) { return Secret{}, err }
	}
	work := Source{Account: "work"}
	tests := []struct {
		name, want, hint string
		source           Source
		vault            memory
		prompt           Prompt
		variable         string
	}{
		{
			name: "nobody to ask", source: work, want: "no password: not in the keyring; no terminal to ask on", hint: choices,
		},
		{
			name: "no terminal", source: work, prompt: failing(ErrNoTerminal),
			want: "no password: not in the keyring; no terminal to ask on", hint: choices,
		},
		{
			name: "no terminal and no keyring", source: work, vault: memory{err: errors.New("no session bus")},
			want: "no password: keyring: no session bus; no terminal to ask on", hint: choices,
		},
		{
			name: "nobody to ask for an account by URL", source: Source{Account: "work", URL: true},
			want: "no password: not in the keyring; no terminal to ask on", hint: choicesByURL,
		},
		{
			name: "terminal breaks", source: work, prompt: failing(errors.New("input/output error")),
			want: "password prompt: input/output error",
		},
		{
			name: "nothing typed", source: work, prompt: typing("", new(string)),
			want: "password prompt: the password is empty",
		},
		{
			name: "variable is unset", source: Source{Account: "work", Env: "TEST_NO_SUCH"},
			want: "password_env TEST_NO_SUCH: the variable is unset or empty",
		},
		{
			name: "bad text in the variable", source: Source{Account: "work", URL: true}, variable: canary + "\nQUIT",
			want: "POPFETCH_PASSWORD: the password contains a line end",
		},
		{
			name: "bad text in the keyring", source: work, vault: memory{items: map[string]string{"popfetch/work": canary + "\n"}},
			want: "keyring: the password contains a line end",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			useVault(t, test.vault)
			t.Setenv("POPFETCH_PASSWORD", test.variable)
			got, err := test.source.ReadPassword(t.Context(), test.prompt)
			if err == nil || !got.IsZero() {
				t.Fatalf("got %q, %v", got.Reveal(), err)
			}
			if diff := cmp.Diff([]string{test.want, test.hint}, []string{err.Error(), hintOf(err)}); diff != "" {
				t.Error(diff)
			}
			var typed *Error
			if !errors.As(err, &typed) {
				t.Errorf("%T isn't an *Error", err)
			}
		})
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	useVault(t, memory{})
	_, err := Source{Account: "work"}.ReadPassword(ctx, func(context.Context, string) (Secret, error) {
		cancel()
		return Secret{}, ctx.Err()
	})
	if err != context.Canceled { //nolint:errorlint // the very error is promised
		t.Errorf("while asking: %v", err)
	}
	hang := make(chan struct{})
	defer close(hang)
	useVault(t, memory{hang: hang})
	if _, err := (Source{Account: "work"}).ReadPassword(ctx, nil); err != context.Canceled { //nolint:errorlint // as above
		t.Errorf("while the keyring hangs: %v", err)
	}
}

// TestExamine looks at what there is to be read, and reads nothing.
func TestExamine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "password")
	if err := os.WriteFile(path, nil, 0o600); err != nil { // reading it would be an error
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		source Source
		want   string
	}{
		{"a file", Source{File: path}, ""},
		{"no file", Source{File: path + "2"}, "password_file " + path + "2: no such file or directory"},
		{"a folder", Source{File: folder}, "password_file " + folder + ": not a regular file"},
		{"a command", Source{Command: "exit 1"}, ""},
		{"a variable", Source{Env: "TEST_NO_SUCH"}, ""},
		{"nothing", Source{}, ""},
	}
	for _, test := range tests {
		got := ""
		if err := test.source.ExamineFile(); err != nil {
			got = err.Error()
		}
		if got != test.want && (runtime.GOOS != "windows" || test.want == "") {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// What can be had without asking anybody is had beforehand, and nothing else.
func TestAtHand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("of the file\nnotes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := filepath.Join(t.TempDir(), "ran")
	t.Setenv("AT_HAND", "of the variable")
	t.Setenv(urlVariable, "of the URL")
	tests := []struct {
		source Source
		want   string
	}{
		{Source{File: file}, "of the file"},
		{Source{File: file + ".missing"}, ""},
		{Source{Env: "AT_HAND"}, "of the variable"},
		{Source{Env: "NOT_AT_HAND"}, ""},
		{Source{Password: New("of the configuration")}, "of the configuration"},
		{Source{URL: true}, "of the URL"},
		{Source{Command: "touch " + ran}, ""},
		{Source{Account: "work"}, ""},
	}
	for _, test := range tests {
		if got := test.source.AtHand().Reveal(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the command was run")
	}
}
