package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange puts the arguments in the order that the cli package reads: global
// flags, command, its flags, and then what they are about. A person may give a
// flag anywhere; "--" ends the flags. Who asks for help, by a flag anywhere or
// by the word in front, gets that of the innermost command.
func arrange(app *cli.App, args []string) []string {
	if len(args) == 0 {
		return args
	}
	a := arrangement{flags: map[*cli.Command][]string{}}
	a.path = []*cli.Command{{Flags: app.Flags, Subcommands: app.Commands}}
	for i := 1; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			a.rest = append(a.rest, args[i+1:]...)
			i = len(args)
		case len(arg) < 2 || arg[0] != '-':
			a.word(arg)
		default:
			if a.flag(arg) && i+1 < len(args) {
				i++
				a.value(args[i])
			}
		}
	}
	return append(args[:1:1], a.arranged()...)
}

type arrangement struct {
	path  []*cli.Command // the application, the command, its sub-command
	flags map[*cli.Command][]string
	last  *cli.Command // whose flag came last
	rest  []string
	help  bool
}

// word takes a word that is no flag: the name of a command, or an argument.
func (a *arrangement) word(arg string) {
	current := a.path[len(a.path)-1]
	i := slices.IndexFunc(current.Subcommands, func(c *cli.Command) bool { return c.HasName(arg) })
	switch {
	case len(a.rest) > 0:
		a.rest = append(a.rest, arg)
	case i >= 0:
		a.path = append(a.path, current.Subcommands[i])
	case len(a.path) == 1 && arg == "help":
		a.help = true
	default:
		a.rest = append(a.rest, arg)
	}
}

// flag takes a flag to the innermost command that has it, and reports whether
// a value follows. One that nobody has stays with the innermost, which then
// says so.
func (a *arrangement) flag(arg string) (takesValue bool) {
	name, _, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if name == "help" || name == "h" {
		a.help = true
		return false
	}
	a.last = a.path[len(a.path)-1]
	for _, command := range slices.Backward(a.path) {
		i := slices.IndexFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
		if i < 0 {
			continue
		}
		a.last = command
		_, isBool := command.Flags[i].(*cli.BoolFlag)
		takesValue = !isBool && !hasValue
		break
	}
	a.flags[a.last] = append(a.flags[a.last], arg)
	return takesValue
}

func (a *arrangement) value(arg string) { a.flags[a.last] = append(a.flags[a.last], arg) }

func (a *arrangement) arranged() (args []string) {
	for i, command := range a.path {
		if i > 0 {
			args = append(args, command.Name)
		}
		args = append(args, a.flags[command]...)
	}
	if a.help && (len(a.path) > 1 || len(a.rest) == 0) {
		return append(args, "--help")
	}
	if len(a.rest) > 0 {
		args = append(append(args, "--"), a.rest...)
	}
	return args
}
