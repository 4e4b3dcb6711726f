package term

import (
	"strings"
	"testing"

	"popfetch/command/term/termtest"
)

// TestColour paints a failure red and a warning yellow, where a terminal shows
// colours and nobody has asked for none. The hint stays as it is.
func TestColour(t *testing.T) {
	tests := []struct {
		name, word, term, noColor string
		painted                   bool
	}{
		{"a terminal", "auto", "xterm", "", true},
		{"no flag", "", "xterm", "", true},
		{"a dumb one", "auto", "dumb", "", false},
		{"NO_COLOR", "auto", "xterm", "1", false},
		{"never", "never", "xterm", "", false},
		{"always", "always", "dumb", "1", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TERM", test.term)
			t.Setenv("NO_COLOR", test.noColor)
			terminal := termtest.NewPTY(t, 80, 24)
			u := &UI{Out: terminal.Program, Err: terminal.Program, Colour: test.word}
			u.PrintError("work", []string{"no"}, "this way")
			u.Warn("work", "mind \x1b[31mthis")
			u.PrintNote("work", "all is well")
			terminal.CloseAndWait()
			want := Red + "popfetch: work: no" + noColor + "\npopfetch: hint: this way\n" +
				Yellow + `popfetch: work: mind \x1b[31mthis` + noColor + "\npopfetch: work: all is well\n"
			if !test.painted {
				want = strings.NewReplacer(Red, "", Yellow, "", noColor, "").Replace(want)
			}
			if got := strings.ReplaceAll(terminal.Written(), "\r\n", "\n"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
