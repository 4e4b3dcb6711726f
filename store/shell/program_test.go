package shell

import (
	"runtime"
	"testing"
)

func TestMissingProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("cmd.exe has rules of its own")
	}
	t.Setenv("PATH", t.TempDir())
	tests := []struct{ command, want string }{
		{"no-such-program mail/work", "no-such-program"},
		{"  no-such-program", "no-such-program"},
		{"A=1 B= no-such-program", "no-such-program"},
		{"/no/such/program -x", "/no/such/program"},
		{"./no-such-program", "./no-such-program"},
		{"", ""},
		{"A=1", ""},
		{"echo secret", ""},
		{"cd /tmp && no-such-program", ""},
		{"if true; then no-such-program; fi", ""},
		{`"$HOME/no-such-program"`, ""},
		{"~/no-such-program", ""},
		{"(no-such-program)", ""},
		{"{ no-such-program; }", ""},
		{"! no-such-program", ""},
		{"no-such-program;true", ""},
		{"A='1 2' no-such-program", ""},
		{"<file no-such-program", ""},
	}
	for _, test := range tests {
		if got := MissingProgram(test.command); got != test.want {
			t.Errorf("%q: got %q, want %q", test.command, got, test.want)
		}
	}
}
