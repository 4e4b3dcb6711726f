package command

import (
	"bytes"
	"errors"
	"syscall"
	"testing"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/store"
)

func TestFail(t *testing.T) {
	problems := &config.Error{Path: "c.yaml", Problems: []config.Problem{{Line: 3, Text: "one"}, {Line: 5, Text: "two"}}}
	tests := []struct {
		name, account string
		err           error
		want          string
	}{
		{"without an account", "", errors.New("why not"), "popfetch: why not\n"},
		{"with one", "work", errors.New("why not"), "popfetch: work: why not\n"},
		{"with a hint", "work", line.NewUsageError("what?", "this"), "popfetch: work: what?\npopfetch: hint: this\n"},
		{"with an empty hint", "work", line.NewUsageError("what?", ""), "popfetch: work: what?\n"},
		{"of the disk", "", &store.Error{Op: "write", Err: syscall.ENOSPC}, "popfetch: write: no space left on device\n" +
			"popfetch: hint: make room, and run it again: a sync goes on where it stopped\n"},
		{"words of a server", "work", errors.New("\x1b[2J"), "popfetch: work: \\x1b[2J\n"},
		{"a line for each problem", "", problems, "popfetch: c.yaml:3: one\npopfetch: c.yaml:5: two\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var complaints bytes.Buffer
			(&program{UI: &term.UI{Err: &complaints, Quiet: true}}).reportError(test.account, test.err)
			if complaints.String() != test.want {
				t.Errorf("got %q, want %q", complaints.String(), test.want)
			}
		})
	}
}
