package line

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/config"
)

// checkFlags refuses flags that no command on the line has, and values that are
// none of the words that a flag's help lists. The flags behind a command that
// there isn't are unknown for that, and not to blame.
func (a *Arrangement) checkFlags() error {
	switch {
	case a.alien == "":
	case a.lost:
		return unknownCommand(a.rest[0], a.Path[0].Subcommands)
	default:
		return a.unknownFlag(a.alien)
	}
	for _, name := range slices.Sorted(maps.Keys(a.given)) {
		_, f := a.FindFlag(name)
		if f == nil {
			continue
		}
		value := a.given[name]
		if words, _ := FlagUsage(f); strings.Contains(words, "|") && !isOneOf(words, value) {
			return NewUsageError(fmt.Sprintf("--%s %q", name, value), wordHint(value, words))
		}
	}
	return nil
}

// unknownFlag says which flag was most likely meant, or where one belongs that
// came before its command.
func (a *Arrangement) unknownFlag(arg string) error {
	arg, _, _ = strings.Cut(arg, "=")
	name, hint := strings.TrimLeft(arg, "-"), a.helpHint()
	if command := a.ownerOf(name); command != nil {
		hint = fmt.Sprintf("write it behind %q", command.Name)
	} else if near := a.nearestFlag(name); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", "--"+near, hint)
	}
	return NewUsageError("there is no flag "+arg, hint)
}

// ownerOf returns the command on the line, before or behind the flag, that has a
// flag of that name, or nil.
func (a *Arrangement) ownerOf(name string) *cli.Command {
	commands := slices.Clone(a.Path[1:])
	for _, c := range a.Path[0].Subcommands {
		if slices.ContainsFunc(a.rest, c.HasName) {
			commands = append(commands, c)
		}
	}
	for _, c := range commands {
		for _, f := range c.Flags {
			if slices.Contains(f.Names(), name) {
				return c
			}
		}
	}
	return nil
}

// helpHint names the help that lists the flags of the command on the line.
func (a *Arrangement) helpHint() string {
	words := []string{"popfetch"}
	for _, c := range a.Path[1:] {
		words = append(words, c.Name)
	}
	return strings.Join(words, " ") + " --help lists the flags"
}

// wordHint says which of the words that "|" separates a mistyped one most likely
// means, and what else there is.
func wordHint(typed, words string) string {
	choices := strings.Split(words, "|")
	last := len(choices) - 1
	hint := fmt.Sprintf("it is %s or %s", strings.Join(choices[:last], ", "), choices[last])
	if near := config.NearestWord(typed, choices); near != "" {
		return fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return hint
}

// NearestCommand returns the command that a mistyped name most likely means, or
// nothing.
func NearestCommand(name string, commands []*cli.Command) string {
	var names []string
	for _, c := range commands {
		names = append(names, c.Names()...)
	}
	return config.NearestWord(name, names)
}

// nearestFlag returns the flag that a mistyped one most likely means, of the
// command or of all, or nothing.
func (a *Arrangement) nearestFlag(name string) string {
	names := []string{"help"}
	for _, command := range a.Path {
		for _, f := range command.Flags {
			for _, name := range f.Names() {
				if len(name) > 1 {
					names = append(names, name)
				}
			}
		}
	}
	return config.NearestWord(name, names)
}

// isOneOf reports whether a word is one of those that "|" separates.
func isOneOf(choices, word string) bool {
	for choice := range strings.SplitSeq(choices, "|") {
		if choice == word {
			return true
		}
	}
	return false
}
