package line

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Arrange puts the arguments in the order that the cli package reads: global
// flags, command, its flags, and then what they are about. A person may give a
// flag anywhere; "--" ends the flags. Who asks for help, by a flag anywhere or
// by the word in front, gets that of the innermost command.
//
// A flag in front of a command would take that for the value that it lacks, and
// a file without a name be taken for none given; so both are errors, as are
// flags that nobody has, and values that none of a flag's words are.
func Arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		return args, nil
	}
	a := NewArrangement(app)
	if wanting := a.ReadArguments(args[1:]); wanting {
		return nil, NewUsageError(args[len(args)-1]+" wants a value", a.helpHint())
	}
	if err := a.checkFlags(); err != nil {
		return nil, err
	}
	for _, name := range []string{"config", "state-dir"} {
		if value, given := a.given[name]; given && value == "" {
			return nil, NewUsageError("--"+name+" is empty", "leave it out for the usual place")
		}
	}
	return append(args[:1:1], a.toArguments()...), nil
}

// An Arrangement is a command line as far as it has been read.
type Arrangement struct {
	Path  []*cli.Command // the application, the command, its sub-command
	Flags map[*cli.Command][]string
	given map[string]string // the values of flags, by their first name
	alien string            // the first flag that no command before it has
	lost  bool              // it stands behind a word that is no command
	last  *cli.Command      // whose flag came last
	name  string            // the first name of that flag
	rest  []string
	ended bool // by "--": what follows is no flag
	help  bool
}

// NewArrangement returns one of which nothing has been read.
func NewArrangement(app *cli.App) *Arrangement {
	return &Arrangement{
		Path:  []*cli.Command{{Flags: app.Flags, Subcommands: app.Commands}},
		Flags: map[*cli.Command][]string{}, given: map[string]string{},
	}
}

// ReadArguments takes the arguments one by one. It reports whether the last is a flag
// whose value is still to come.
func (a *Arrangement) ReadArguments(args []string) (wanting bool) {
	for _, arg := range args {
		switch {
		case a.ended:
			a.rest = append(a.rest, arg)
		case wanting:
			a.readValue(arg)
			wanting = false
		case arg == "--":
			a.ended = true
		case len(arg) < 2 || arg[0] != '-':
			a.readWord(arg)
		default:
			wanting = a.readFlag(arg)
		}
	}
	return wanting
}

// innermostCommand is the command that was named last.
func (a *Arrangement) innermostCommand() *cli.Command { return a.Path[len(a.Path)-1] }

// readWord takes a word that is no flag: the name of a command, or an argument.
func (a *Arrangement) readWord(arg string) {
	current := a.innermostCommand()
	i := slices.IndexFunc(current.Subcommands, func(c *cli.Command) bool { return c.HasName(arg) })
	switch {
	case len(a.rest) > 0:
		a.rest = append(a.rest, arg)
	case i >= 0:
		a.Path = append(a.Path, current.Subcommands[i])
	case len(a.Path) == 1 && arg == "help":
		a.help = true
	default:
		a.rest = append(a.rest, arg)
	}
}

// readFlag takes a flag to the innermost command that has it, and reports whether
// a value follows. One that nobody has stays with the innermost, which then
// says so.
func (a *Arrangement) readFlag(arg string) (takesValue bool) {
	name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if name == "help" || name == "h" {
		a.help = true
		return false
	}
	a.last, a.name = a.innermostCommand(), name
	if command, f := a.FindFlag(name); f != nil {
		_, isBool := f.(*cli.BoolFlag)
		a.last, a.name = command, f.Names()[0]
		takesValue = !isBool && !hasValue
	} else if a.alien == "" && (name != "version" || len(a.Path) > 1) { // the library has that one
		a.alien, a.lost = arg, len(a.Path) == 1 && len(a.rest) > 0
	}
	if hasValue {
		a.given[a.name] = value
	}
	a.Flags[a.last] = append(a.Flags[a.last], arg)
	return takesValue
}

// FindFlag returns the flag of that name, and the innermost command that has one.
func (a *Arrangement) FindFlag(name string) (*cli.Command, cli.Flag) {
	for _, command := range slices.Backward(a.Path) {
		for _, f := range command.Flags {
			if slices.Contains(f.Names(), name) {
				return command, f
			}
		}
	}
	return nil, nil
}

func (a *Arrangement) readValue(arg string) {
	a.given[a.name] = arg
	a.Flags[a.last] = append(a.Flags[a.last], arg)
}

func (a *Arrangement) toArguments() (args []string) {
	for i, command := range a.Path {
		if i > 0 {
			args = append(args, command.Name)
		}
		args = append(args, a.Flags[command]...)
	}
	if a.help && (len(a.Path) > 1 || len(a.rest) == 0) {
		return append(args, "--help")
	}
	if len(a.rest) > 0 {
		args = append(append(args, "--"), a.rest...)
	}
	return args
}
