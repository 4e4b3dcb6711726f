package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"popfetch/config"
	"popfetch/store"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "all is well", "all is well"},
		{"letters of anywhere", "Grüße 来週 🔪", "Grüße 来週 🔪"},
		{"a blank that doesn't break", "7\u00a0%", "7\u00a0%"},
		{"an escape sequence", "\x1b]0;title\x07", `\x1b]0;title\a`},
		{"lines", "one\r\ntwo", `one\r\ntwo`},
		{"a control character of Latin 1", "\u009b31m", `\u009b31m`},
		{"the other direction", "\u202egpj.exe", `\u202egpj.exe`},
		{"what can't be seen", "a\u200bb\u2028", `a\u200bb\u2028`},
		{"a letter that can't be seen", "a\u3164b\uffa0", `a\u3164b\uffa0`},
		{"marks", "e\u0301 ש\u05b0\u05c1\u05bc", "e\u0301 ש\u05b0\u05c1\u05bc"},
		{"marks without end", "e" + strings.Repeat("\u0301", 300) + "f\u0301", "e" + strings.Repeat("\u0301", maxMarks) + "f\u0301"},
		{"no UTF-8", "caf\xe9", "caf\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := clean(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestFail(t *testing.T) {
	problems := &config.Error{Path: "c.yaml", Problems: []config.Problem{{Line: 3, Text: "one"}, {Line: 5, Text: "two"}}}
	tests := []struct {
		name, account string
		err           error
		want          string
	}{
		{"without an account", "", errors.New("why not"), "popfetch: why not\n"},
		{"with one", "work", errors.New("why not"), "popfetch: work: why not\n"},
		{"with a hint", "work", &usageError{"what?", "this"}, "popfetch: work: what?\npopfetch: hint: this\n"},
		{"with an empty hint", "work", &usageError{"what?", ""}, "popfetch: work: what?\n"},
		{"of the disk", "", &store.Error{Op: "write", Err: syscall.ENOSPC}, "popfetch: write: no space left on device\n" +
			"popfetch: hint: make room, and run it again: a sync goes on where it stopped\n"},
		{"words of a server", "work", errors.New("\x1b[2J"), "popfetch: work: \\x1b[2J\n"},
		{"a line for each problem", "", problems, "popfetch: c.yaml:3: one\npopfetch: c.yaml:5: two\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var complaints bytes.Buffer
			(&ui{err: &complaints, quiet: true}).fail(test.account, test.err)
			if complaints.String() != test.want {
				t.Errorf("got %q, want %q", complaints.String(), test.want)
			}
		})
	}
}

// TestLinesStayWhole lets several accounts speak at once.
func TestLinesStayWhole(t *testing.T) {
	var complaints bytes.Buffer
	u := &ui{err: &complaints, verbose: true}
	const speakers, lines = 8, 100
	var wg sync.WaitGroup
	for i := range speakers {
		wg.Go(func() {
			trace := u.tracer("work")
			for range lines {
				u.info("work", "speaker %d", i)
				fmt.Fprintf(trace, "speaker %d\n", i)
			}
		})
	}
	wg.Wait()
	got := strings.Split(strings.TrimSuffix(complaints.String(), "\n"), "\n")
	if len(got) != 2*speakers*lines {
		t.Errorf("%d lines", len(got))
	}
	for _, line := range got {
		if !strings.HasPrefix(line, "popfetch: work: speaker ") && !strings.HasPrefix(line, "work speaker ") {
			t.Fatalf("%q", line)
		}
	}
}

// TestOutputIsLost remembers that stdout took not everything.
func TestOutputIsLost(t *testing.T) {
	closed, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	u := &ui{out: closed, err: &bytes.Buffer{}}
	u.warn("work", "this is no output")
	if u.lost != nil {
		t.Errorf("stderr counts as stdout: %v", u.lost)
	}
	u.result("this is")
	if !errors.Is(u.lost, os.ErrClosed) {
		t.Errorf("got %v", u.lost)
	}
}
