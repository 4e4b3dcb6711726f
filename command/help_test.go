package command

import (
	"iter"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
)

// leaves are the commands that do something, each with its whole name.
func leaves(app *cli.App) iter.Seq2[string, *cli.Command] {
	return func(yield func(string, *cli.Command) bool) {
		var below func(above string, commands []*cli.Command) bool
		below = func(above string, commands []*cli.Command) bool {
			for _, c := range commands {
				if len(c.Subcommands) > 0 {
					if !below(above+c.Name+" ", c.Subcommands) {
						return false
					}
				} else if !yield(above+c.Name, c) {
					return false
				}
			}
			return true
		}
		below("", app.Commands)
	}
}

// invocation reads a command line from "popfetch" on, up to what is the
// shell's. It returns nil where there is none.
func invocation(app *cli.App, text string) *line.Arrangement {
	words := strings.Fields(strings.NewReplacer("'", " ", `"`, " ", ";", " ; ", ")", " ) ").Replace(text))
	for i, word := range words {
		if word != "popfetch" {
			continue
		}
		rest := words[i+1:]
		for j, word := range rest {
			if strings.Trim(word, "0123456789") == "" {
				continue
			}
			if strings.ContainsAny(word[:1], "|>&;#)<") {
				rest = rest[:j]
				break
			}
		}
		a := line.NewArrangement(app)
		a.ReadArguments(rest)
		return a
	}
	return nil
}

// TestEveryCommandHelps finds a sentence and an example in the help of every
// command; and each example is one of that command, with flags that exist.
func TestEveryCommandHelps(t *testing.T) {
	for name, c := range leaves(testApp()) {
		if c.Usage == "" || strings.HasSuffix(c.Usage, ".") || strings.ToLower(c.Usage[:1]) != c.Usage[:1] {
			t.Errorf("%s: usage %q", name, c.Usage)
		}
		_, examples, found := strings.Cut(c.Description, "Example")
		if !found {
			t.Errorf("%s: no example", name)
		}
		for line := range strings.Lines(examples) {
			a := invocation(testApp(), line)
			switch {
			case a == nil:
			case fullName(a) != name:
				t.Errorf("%s: an example of %q: %s", name, fullName(a), line)
			default:
				_, unknown := flagsGiven(a)
				for _, flag := range unknown {
					t.Errorf("%s: no flag %s: %s", name, flag, line)
				}
			}
		}
		for _, f := range c.Flags {
			if _, text := line.FlagUsage(f); text == "" || strings.HasSuffix(text, ".") {
				t.Errorf("%s --%s: usage %q", name, f.Names()[0], text)
			}
		}
	}
}

// fullName is the name of the command on the line.
func fullName(a *line.Arrangement) string {
	var names []string
	for _, c := range a.Path[1:] {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

// flagsGiven are the first names of the flags on the line, those of a command
// behind its name, and those that nobody has.
func flagsGiven(a *line.Arrangement) (known, unknown []string) {
	for command, flags := range a.Flags {
		for _, arg := range flags {
			if len(arg) < 2 || arg[0] != '-' {
				continue
			}
			name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			of, f := a.FindFlag(name)
			switch {
			case f == nil:
				unknown = append(unknown, arg)
			case of == command && of == a.Path[0]:
				known = append(known, "--"+f.Names()[0])
			case of == command:
				known = append(known, fullName(a)+" --"+f.Names()[0])
			}
		}
	}
	return known, unknown
}
