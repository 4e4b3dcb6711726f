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
//
// A flag in front of a command would take that for the value that it lacks, and
// a file without a name be taken for none given; so both are errors, as are
// flags that nobody has, and values that none of a flag's words are.
func arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		return args, nil
	}
	a := newArrangement(app)
	if wanting := a.read(args[1:]); wanting {
		return nil, &usageError{args[len(args)-1] + " wants a value", a.helpHint()}
	}
	if err := a.checkFlags(); err != nil {
		return nil, err
	}
	for _, name := range []string{"config", "state-dir"} {
		if value, given := a.given[name]; given && value == "" {
			return nil, &usageError{"--" + name + " is empty", "leave it out for the usual place"}
		}
	}
	return append(args[:1:1], a.arranged()...), nil
}

type arrangement struct {
	path  []*cli.Command // the application, the command, its sub-command
	flags map[*cli.Command][]string
	given map[string]string // the values of flags, by their first name
	alien string            // the first flag that no command before it has
	lost  bool              // it stands behind a word that is no command
	last  *cli.Command      // whose flag came last
	name  string            // the first name of that flag
	rest  []string
	ended bool // by "--": what follows is no flag
	help  bool
}

func newArrangement(app *cli.App) *arrangement {
	return &arrangement{
		path:  []*cli.Command{{Flags: app.Flags, Subcommands: app.Commands}},
		flags: map[*cli.Command][]string{}, given: map[string]string{},
	}
}

// read takes the arguments one by one. It reports whether the last is a flag
// whose value is still to come.
func (a *arrangement) read(args []string) (wanting bool) {
	for _, arg := range args {
		switch {
		case a.ended:
			a.rest = append(a.rest, arg)
		case wanting:
			a.value(arg)
			wanting = false
		case arg == "--":
			a.ended = true
		case len(arg) < 2 || arg[0] != '-':
			a.word(arg)
		default:
			wanting = a.flag(arg)
		}
	}
	return wanting
}

// innermost is the command that was named last.
func (a *arrangement) innermost() *cli.Command { return a.path[len(a.path)-1] }

// word takes a word that is no flag: the name of a command, or an argument.
func (a *arrangement) word(arg string) {
	current := a.innermost()
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
	name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if name == "help" || name == "h" {
		a.help = true
		return false
	}
	a.last, a.name = a.innermost(), name
	if command, f := a.find(name); f != nil {
		_, isBool := f.(*cli.BoolFlag)
		a.last, a.name = command, f.Names()[0]
		takesValue = !isBool && !hasValue
	} else if a.alien == "" && (name != "version" || len(a.path) > 1) { // the library has that one
		a.alien, a.lost = arg, len(a.path) == 1 && len(a.rest) > 0
	}
	if hasValue {
		a.given[a.name] = value
	}
	a.flags[a.last] = append(a.flags[a.last], arg)
	return takesValue
}

// find returns the flag of that name, and the innermost command that has one.
func (a *arrangement) find(name string) (*cli.Command, cli.Flag) {
	for _, command := range slices.Backward(a.path) {
		for _, f := range command.Flags {
			if slices.Contains(f.Names(), name) {
				return command, f
			}
		}
	}
	return nil, nil
}

func (a *arrangement) value(arg string) {
	a.given[a.name] = arg
	a.flags[a.last] = append(a.flags[a.last], arg)
}

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
