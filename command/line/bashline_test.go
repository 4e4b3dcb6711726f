package line

import (
	"strings"
	"testing"
)

func TestBashWords(t *testing.T) {
	const redirected = ">"
	tests := []struct{ line, want string }{ // words are joined by "|"
		{"", ""},
		{"popf", ""},
		{"popfetch ", ""},
		{"popfetch sy", "sy"},
		{"popfetch  sync\t", "sync|"},
		{"popfetch -c 'my file' sync ", "-c|my file|sync|"},
		{`popfetch -c "my \"file\" \a" sync`, `-c|my "file" \a|sync`},
		{`popfetch -c my\ file `, "-c|my file|"},
		{`popfetch '' x`, "|x"},
		{`popfetch "open`, "open"},
		{`popfetch 'open`, "open"},
		{`popfetch "open\`, `open\`},
		{`popfetch end\`, "end"},
		{"popfetch schön wört", "schön|wört"},
		{"popfetch cat work >", redirected},
		{"popfetch cat work >fi", redirected},
		{"popfetch cat work 2>> fi", redirected},
		{"popfetch cat work 2>file wo", "cat|work|wo"},
		{"popfetch cat >file work ", "cat|work|"},
		{"popfetch cat work>file ", "cat|work|"},
		{"popfetch cat <in >", redirected},
		{`popfetch "a>b" c`, "a>b|c"},
	}
	for _, test := range tests {
		words, isRedirected := bashWords(test.line)
		got := strings.Join(words, "|")
		if isRedirected {
			got = redirected
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.line, got, test.want)
		}
	}
}
