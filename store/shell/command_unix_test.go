//go:build unix

package shell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRun has commands that end in every way.
func TestRun(t *testing.T) {
	t.Parallel()
	missing := func(err error) bool {
		ended, ok := errors.AsType[*exec.ExitError](err)
		return ok && IsMissing(ended.ExitCode())
	}
	tests := []struct {
		name, text, output, said string
		is                       func(error) bool
	}{
		{"well", "cat; echo; echo $MORE; printf '1\n2' >&2", "in\nmore\n", "2", func(err error) bool { return err == nil }},
		{"with a child that holds its output", "sleep 30 & echo a", "a\n", "", func(err error) bool { return err == nil }},
		{"badly", "echo why >&2; exit 3", "", "why", func(err error) bool { return err != nil && err.Error() == "exit status 3" }},
		{"as no program", "/dev/null", "", "", missing},
		{"too much", "yes", strings.Repeat("y\n", 10), "", func(err error) bool { return errors.Is(err, ErrTooMuch) }},
		{"never", "echo a; exec sleep 60", "a\n", "", func(err error) bool {
			slow, ok := errors.AsType[*SlowError](err)
			return ok && slow.After == 300*time.Millisecond && slow.Temporary()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := Command{Text: test.text, Time: time.Minute, Input: strings.NewReader("in"), Variables: []string{"MORE=more"}, MaxOutput: 20}
			if test.name == "never" {
				c.Time = 300 * time.Millisecond
			}
			result, err := c.Run(t.Context())
			if !test.is(err) || string(result.Output) != test.output || test.said != "" && result.Complaint.LastLine() != test.said {
				t.Errorf("got %q, %q, %v", result.Output, result.Complaint.LastLine(), err)
			}
		})
	}
}

// TestEnvironment gives a command what it may need, and no password.
func TestEnvironment(t *testing.T) {
	hidden := []string{
		"POPFETCH_PASSWORD", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "TEST_PASSWORD_ENV", "TEST_OTHER_PASSWORD_ENV",
	}
	HideVariable("TEST_PASSWORD_ENV")
	HideVariable("TEST_OTHER_PASSWORD_ENV")
	HideVariable("")
	for _, name := range append(hidden, "TEST_MORE", "CREDENTIALS_DIRECTORY") {
		t.Setenv(name, "x")
	}
	for _, test := range []struct {
		command Command
		want    []string
		lacks   []string
	}{
		{Command{}, []string{"TEST_MORE=x", "OWN=y"}, append(hidden, "CREDENTIALS_DIRECTORY")},
		{Command{Credentials: true}, []string{"TEST_MORE=x", "OWN=y", "CREDENTIALS_DIRECTORY=x"}, hidden},
	} {
		c := test.command
		c.Text, c.Time, c.MaxOutput, c.Variables = "env", time.Minute, 1<<20, []string{"OWN=y"}
		result, err := c.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(string(result.Output), "\n")
		for _, variable := range append(test.want, "PATH="+os.Getenv("PATH")) {
			if !slices.Contains(got, variable) {
				t.Errorf("%s is missing", variable)
			}
		}
		for _, name := range test.lacks {
			if slices.ContainsFunc(got, func(variable string) bool { return strings.HasPrefix(variable, name+"=") }) {
				t.Errorf("%s is handed down", name)
			}
		}
	}
}

// TestCommandEnds ends commands, in our process group and in their own, because the
// run has to stop or because they hang. Their children and those of these end with them.
func TestCommandEnds(t *testing.T) {
	for _, atTerminal := range []bool{false, true} {
		for _, cause := range []error{nil, &SlowError{time.Minute}} {
			pidFile := filepath.Join(t.TempDir(), "pid")
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				defer cancel(cause)
				for ctx.Err() == nil {
					if text, _ := os.ReadFile(pidFile); strings.Count(string(text), "\n") == 2 {
						return
					}
					time.Sleep(5 * time.Millisecond)
				}
			}()
			const family = "sh -c 'sleep 60 & echo $! >>%s; wait' & echo $! >>%[1]s; wait; echo x"
			start := time.Now()
			_, err := Command{Text: fmt.Sprintf(family, pidFile), AtTerminal: atTerminal}.runUnlimited(ctx)
			if cause == nil && !errors.Is(err, context.Canceled) || cause != nil && !errors.Is(err, cause) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
			text, err := os.ReadFile(pidFile)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.FieldsSeq(string(text)) {
				mustEnd(t, line)
			}
		}
	}
}

func mustEnd(t *testing.T, text string) {
	t.Helper()
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if !alive(pid) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("process %d of the command is still there", pid)
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
