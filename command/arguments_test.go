package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/line"
	"popfetch/command/term"
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
			p := &program{UI: &term.UI{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}
			got, _ := line.Arrange(p.newApp(), append([]string{"popfetch"}, strings.Fields(test.given)...))
			want := append([]string{"popfetch"}, strings.Fields(test.want)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got, err := line.Arrange(nil, nil); got != nil || err != nil {
		t.Errorf("without a program's name: %q", got)
	}
}

// TestArrangeRefuses takes no command for a flag's value, and says what a
// mistyped word was most likely meant to be.
func TestArrangeRefuses(t *testing.T) {
	tests := []struct{ given, text, hint string }{
		{"sync -c", "-c wants a value", "popfetch sync --help lists the flags"},
		{"sync work --limit", "--limit wants a value", "popfetch sync --help lists the flags"},
		{"sync -c=", "--config is empty", "leave it out for the usual place"},
		{"--state-dir= sync", "--state-dir is empty", "leave it out for the usual place"},
		{"sync --lmit 3", "there is no flag --lmit", `did you mean "--limit"? popfetch sync --help lists the flags`},
		{"sync --lmit=3", "there is no flag --lmit", `did you mean "--limit"? popfetch sync --help lists the flags`},
		{"sync work --quite", "there is no flag --quite", `did you mean "--quiet"? popfetch sync --help lists the flags`},
		{"password set --sdtin work", "there is no flag --sdtin", `did you mean "--stdin"? popfetch password set --help lists the flags`},
		{"sync --made-up", "there is no flag --made-up", "popfetch sync --help lists the flags"},
		{"--verbos", "there is no flag --verbos", `did you mean "--verbose"? popfetch --help lists the flags`},
		{"--json sync", "there is no flag --json", `write it behind "sync"`},
		{"--limit 3 sync", "there is no flag --limit", `write it behind "sync"`},
		{"snyc --limit 3", `there is no command "snyc"`, `did you mean "sync"? popfetch --help lists the commands`},
		{"sync --progress allways", `--progress "allways"`, `did you mean "always"? it is auto, always or never`},
		{"sync --progress= work", `--progress ""`, "it is auto, always or never"},
		{"--color=no list work", `--color "no"`, "it is auto, always or never"},
		{"init --tls startls me@example.org", `--tls "startls"`, `did you mean "starttls"? it is implicit, starttls or none`},
	}
	for _, test := range tests {
		p := &program{UI: &term.UI{}}
		_, err := line.Arrange(p.newApp(), append([]string{"popfetch"}, strings.Fields(test.given)...))
		if ExitCode(err) != exitUsage || err.Error() != test.text || hintFor(err) != test.hint {
			t.Errorf("%s: %v, hint %q", test.given, err, hintFor(err))
		}
	}
}

// TestUsageInPlainWords has no words of the libraries in what a person is told.
func TestUsageInPlainWords(t *testing.T) {
	tests := []struct{ given, want string }{
		{"snyc", "popfetch: there is no command \"snyc\"\npopfetch: hint: did you mean \"sync\"? popfetch --help lists the commands\n"},
		{"help lst", "popfetch: there is no command \"lst\"\npopfetch: hint: did you mean \"list\"? popfetch --help lists the commands\n"},
		{"password st work", "popfetch: set or delete?\npopfetch: hint: did you mean \"set\"? popfetch password set ACCOUNT\n"},
		{"completion fihs", "popfetch: there is no completion for \"fihs\"\npopfetch: hint: did you mean \"fish\"? it is bash, zsh or fish\n"},
		{"sync --limit many", "popfetch: --limit wants a number, not many\npopfetch: hint: popfetch sync --help lists the flags\n"},
		{"sync --limit 99999999999999999999", "popfetch: --limit wants a smaller number than 99999999999999999999\n" +
			"popfetch: hint: popfetch sync --help lists the flags\n"},
		{"sync --json=maybe", "popfetch: --json takes no value: maybe\npopfetch: hint: popfetch sync --help lists the flags\n"},
		{"sync --wait soon", "popfetch: --wait: not a duration \"soon\": write a number and its unit, such as 90s, 36h, 14d or 2w\n" +
			"popfetch: hint: popfetch sync --help lists the flags\n"},
	}
	for _, test := range tests {
		var out, complaints bytes.Buffer
		code := run(t.Context(), &term.UI{Out: &out, Err: &complaints}, append([]string{"popfetch"}, strings.Fields(test.given)...))
		if diff := cmp.Diff(test.want, complaints.String()); diff != "" || code != exitUsage || out.Len() > 0 {
			t.Errorf("%s: exit code %d, %q, %s", test.given, code, out.String(), diff)
		}
	}
}
