package term

import "testing"

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
		{"no UTF-8", "caf\xe9", "caf\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
