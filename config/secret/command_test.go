//go:build unix

package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
			got, err := Source{Command: test.command}.Read(t.Context(), nil)
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
			got, err := Source{Command: test.command}.Read(t.Context(), nil)
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
	_, err := Source{Command: "popfetch-no-such-program"}.Read(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "exit status 127") || !strings.Contains(err.Error(), "not found") {
		t.Errorf("got %v", err)
	}
}

func TestCommandEndsWithItsContext(t *testing.T) {
	t.Parallel()
	pidFile := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			if text, _ := os.ReadFile(pidFile); strings.HasSuffix(string(text), "\n") {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	start := time.Now()
	_, err := Source{Command: "sleep 60 & echo $! >" + pidFile + "; wait; echo x"}.Read(ctx, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if HasTerminal() {
		return // then Ctrl-C ends the children
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if !alive(pid) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the command's child is still there")
}

// alive reports whether a process runs. One that ended and waits for its
// parent's notice doesn't.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(status), ") Z ")
}
