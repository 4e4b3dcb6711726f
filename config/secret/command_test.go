//go:build unix

package secret

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/shell"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, command, want string }{
		{"a line", `echo ` + canary, canary},
		{"no line end", `printf '%s' ` + canary, canary},
		{"CRLF", `printf 'a\r\n'`, "a"},
		{"only one line end goes", `printf 'a \n\n'`, "a "},
		{"notes below", `printf 'a\nurl: example.org\n'`, "a"},
		{"complaints that don't matter", `echo careful >&2; echo a`, "a"},
		{"stdin is empty", `cat; echo a`, "a"},
		{"a child holds the output open", `sleep 30 & echo a`, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Source{Command: test.command}.ReadPassword(t.Context(), nil)
			if err != nil || got.Reveal() != test.want {
				t.Errorf("got %q, %v", got.Reveal(), err)
			}
		})
	}
}

func TestCommandFails(t *testing.T) {
	t.Parallel()
	const first = "its first line of output must be the password"
	tests := []struct{ name, command, want, hint string }{
		{"exit status", `echo ` + canary + `; exit 3`, "password_command: exit status 3", ""},
		{
			"complaint", `echo ` + canary + `; printf 'no key\n\033[2Jgone' >&2; exit 1`,
			`password_command: exit status 1: "no key\n\x1b[2Jgone"`, "",
		},
		{
			"long complaint", `printf '%0300d' 0 >&2; exit 1`,
			`password_command: exit status 1: "` + strings.Repeat("0", 200) + `"`, "",
		},
		{"nothing", `true`, "password_command: the password is empty", first},
		{"an empty line", `echo; echo ` + canary, "password_command: the password is empty", first},
		{"CR inside", `printf '` + canary + `\rx\n'`, "password_command: the password contains a line end", first},
		{"NUL", `printf '` + canary + `\000x\n'`, "password_command: the password contains a NUL byte", first},
		{"endless", `yes ` + canary, "password_command: more than 64 KB", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Source{Command: test.command}.ReadPassword(t.Context(), nil)
			if err == nil || !got.IsZero() {
				t.Fatalf("got %q, %v", got.Reveal(), err)
			}
			if diff := cmp.Diff([]string{test.want, test.hint}, []string{err.Error(), hintOf(err)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCommandThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := Source{Command: "popfetch-no-such-program"}.ReadPassword(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "exit status 127") || !strings.Contains(err.Error(), "not found") {
		t.Errorf("got %v", err)
	}
}

// TestCommandTime is the limit itself: a person at the terminal may be slow.
func TestCommandTime(t *testing.T) {
	for _, there := range []bool{false, true} {
		haveTerminal(t, there)
		if got, want := commandTime(), map[bool]time.Duration{false: time.Minute, true: 10 * time.Minute}[there]; got != want {
			t.Errorf("with a terminal %v: %v, want %v", there, got, want)
		}
	}
}

// haveTerminal lets there be a terminal, which nobody uses, or none.
func haveTerminal(t *testing.T, there bool) {
	before := terminal
	t.Cleanup(func() { terminal = before })
	terminal = func() (in, out *os.File, err error) {
		if !there {
			return nil, nil, ErrNoTerminal
		}
		in, err = os.Open(os.DevNull)
		if err == nil {
			out, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		}
		return in, out, err
	}
}

// TestCommandHangs has commands of both keys that come to no end.
func TestCommandHangs(t *testing.T) {
	before := commandTime
	t.Cleanup(func() { commandTime = before })
	commandTime = func() time.Duration { return 20 * time.Millisecond }
	for _, key := range []string{"password_command", "token_command"} {
		for _, command := range []string{"sleep 60", "echo " + canary + "; sleep 60 | cat", "trap '' TERM INT HUP; sleep 60; sleep 60"} {
			got, err := FromCommand(t.Context(), key, "password", command)
			slow, isSlow := errors.AsType[*shell.SlowError](err)
			if !got.IsZero() || !isSlow || !slow.Temporary() || hintOf(err) == "" {
				t.Fatalf("%s: got %q, %v", command, got.Reveal(), err)
			}
			if want := key + ": it came to no end in 20ms, and was stopped"; err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		}
	}
}
