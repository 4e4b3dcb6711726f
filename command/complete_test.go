package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"popfetch/command/line"
	"popfetch/command/term"
)

// TestBashPiece has bash replace the end of a word only.
func TestBashPiece(t *testing.T) {
	tests := []struct{ line, piece, want string }{
		{"popfetch sync --progress=a", "a", "auto always"},
		{"popfetch sync --progress=a", "=a", "=auto =always"},
		{"popfetch sync --progress=", "", "auto always never"},
		{"popfetch sync --progress=", "=", "=auto =always =never"},
		{`popfetch password "s`, `"s`, "set"},
		{"popfetch password s", "s", "set"},
		{"popfetch password x", "x", ""},
	}
	for _, test := range tests {
		if got := completed(t, "bash", test.line, test.piece); got != test.want {
			t.Errorf("%s with %q: got %q, want %q", test.line, test.piece, got, test.want)
		}
	}
}

// TestCompleteAccounts has a person type with configurations of all kinds.
// Nothing is an error, and nothing is waited for.
func TestCompleteAccounts(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("POPFETCH_CONFIG", "")
	for name, text := range map[string]string{
		"good.yaml":                    "accounts: {work: {server: h, user: me, maildir: M}, a+b@c: {server: h, user: me, maildir: N}}",
		"bad.yaml":                     "accounts: {work: {sever: h}}",
		".config/popfetch/config.yaml": "accounts: {usual: {enabled: false, server: h, user: me, maildir: M}}",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ line, want string }{
		{"sync ", "usual"},
		{"-c good.yaml sync ", "work a+b@c"},
		{"sync --config=good.yaml w", "work"},
		{"sync work --config 'good.yaml' ", "a+b@c"},
		{"-c ~/good.yaml sync -- ", "work a+b@c"},
		{"-c good.yaml cat ", "work a+b@c"},
		{"-c good.yaml cat work ", ""},
		{"-c good.yaml password set ", "work a+b@c"},
		{"-c good.yaml sync pops://me@h", ""},
		{"-c bad.yaml sync ", ""},
		{"-c nowhere.yaml sync ", ""},
		{"-c . sync ", ""},
		{"-c $(cat good.yaml) sync ", ""},
		{"--config ", ":files"},
		{"--config=", ":files"},
		{"sync --maildir ", ":dirs"},
		{"demo ", ":dirs"},
		{"sync --limit ", ""},
		{"sync --no-such-flag=", ""},
		{"nothing ", ""},
		{"-q comp", "completion"},
		{"help pass", "password"},
		{"-q completion ", "bash zsh fish"},
		{"cat work --he", "--headers --help"},
		{"--ver", "--verbose --version"},
		{"sync -- --", ""},
	}
	for _, test := range tests {
		line := "popfetch " + test.line
		if got := completed(t, "bash", line, line[strings.LastIndex(line, " ")+1:]); got != test.want {
			t.Errorf("%s: got %q, want %q", line, got, test.want)
		}
	}
	for _, odd := range [][]string{{"bash"}, {"bash", ""}, {"bash", "", ""}, {"zsh"}, {"fish"}} {
		if got := completed(t, odd...); got != "" && len(odd) < 3 {
			t.Errorf("%q: %q", odd, got)
		}
	}
}

// completed runs the command of the scripts.
func completed(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	args = append([]string{"popfetch", line.CompleteWord}, args...)
	if code := run(t.Context(), &term.UI{Out: &out, Err: &complaints}, args); code != exitOK || complaints.Len() > 0 {
		t.Errorf("%q: exit code %d, %s", args, code, &complaints)
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// TestCompleteFlags finds the flags of the command and the global ones, each
// with what it does.
func TestCompleteFlags(t *testing.T) {
	p := &program{UI: &term.UI{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}
	answers := line.Complete(p.newApp(), p.knownAccounts, "zsh", []string{"-q", "password", "set", "work", "-"})
	want := "--stdin\tread it from stdin, up to the line's end\n--config\tconfiguration FILE "
	if got := strings.Join(answers, "\n"); !strings.HasPrefix(got, want) || strings.Contains(got, "--version") {
		t.Error(got)
	}
}
