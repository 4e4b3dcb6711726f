package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArrange(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"nothing", "", ""},
		{"a command alone", "sync", "sync"},
		{"flags in their places", "-v sync --limit 3 work", "-v sync --limit 3 -- work"},
		{"a flag behind the argument", "sync work --limit 3", "sync --limit 3 -- work"},
		{"a global flag at the end", "sync work -c file", "-c file sync -- work"},
		{"a global flag between", "sync --state-dir=dir work", "--state-dir=dir sync -- work"},
		{"one without a value takes none", "sync --json work", "sync --json -- work"},
		{"one with a value takes what looks like a flag", "sync --limit -1", "sync --limit -1"},
		{"a short flag with =", "sync -j=2", "sync -j=2"},
		{"the name of a command as an argument", "status sync", "status -- sync"},
		{"a sub-command", "-q password set work --stdin", "-q password set --stdin -- work"},
		{"an unknown flag", "sync --lmit 3", "sync --lmit -- 3"},
		{"behind --", "list -- --new -c", "list -- --new -c"},
		{"a dash is an argument", "cat work -", "cat -- work -"},
		{"an unknown command", "snyc --quiet", "--quiet -- snyc"},
		{"help behind", "sync work --help", "sync --help"},
		{"help before", "-h sync", "sync --help"},
		{"the word help", "help password set", "password set --help"},
		{"an account called help", "sync help", "sync -- help"},
		{"help for what isn't there", "help snyc", "-- snyc"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &program{ui: &ui{out: &bytes.Buffer{}, err: &bytes.Buffer{}}}
			got, _ := arrange(p.app(), append([]string{"popfetch"}, strings.Fields(test.given)...))
			want := append([]string{"popfetch"}, strings.Fields(test.want)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got, err := arrange(nil, nil); got != nil || err != nil {
		t.Errorf("without a program's name: %q", got)
	}
}

// TestArrangeRefuses takes no command for a flag's value.
func TestArrangeRefuses(t *testing.T) {
	for given, want := range map[string]string{
		"sync -c":           "flag needs an argument: -c",
		"sync work --limit": "flag needs an argument: --limit",
		"sync -c=":          "--config is empty",
		"--state-dir= sync": "--state-dir is empty",
	} {
		p := &program{ui: &ui{}}
		_, err := arrange(p.app(), append([]string{"popfetch"}, strings.Fields(given)...))
		if ExitCode(err) != exitUsage || err.Error() != want {
			t.Errorf("%s: %v", given, err)
		}
	}
}
