package command

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// firstSteps is what a newcomer wants to know, who may have no README.
const firstSteps = `To see it at work, without an account:

  popfetch demo

The first account:

  popfetch init me@example.org

It finds the server, asks for the password, tests the login and writes the
account into ~/.config/popfetch/config.yaml, for an editor to add to:

  accounts:
    example:
      server: pop.example.org
      user: me@example.org
      maildir: ~/Mail/example

Then:

  popfetch sync`

// prepare gives every command what all have. The help of each ends with that of
// the global flags.
func prepare(commands []*cli.Command, global string) {
	for _, c := range commands {
		c.OnUsageError = badUsage
		c.HideHelpCommand = true
		hideDefaults(c.Flags)
		prepare(c.Subcommands, global)
		c.CustomHelpTemplate = cli.CommandHelpTemplate + global
		if len(c.Subcommands) > 0 {
			c.CustomHelpTemplate = cli.SubcommandHelpTemplate + global
		}
	}
}

// globalHelp is the part of a command's help that lists the global flags.
func globalHelp(flags []cli.Flag) string {
	var text strings.Builder
	text.WriteString("\nGLOBAL OPTIONS:\n")
	for _, f := range flags {
		text.WriteString("   " + f.String() + "\n")
	}
	return text.String()
}

// hideDefaults keeps the help from saying of each flag that it isn't given.
func hideDefaults(flags []cli.Flag) {
	for _, f := range flags {
		if b, ok := f.(*cli.BoolFlag); ok {
			b.DisableDefaultText = true
		}
	}
}

func noCommand(c *cli.Context) error {
	if name := c.Args().First(); name != "" {
		return unknownCommand(name, c.App.Commands)
	}
	if c.NumFlags() > 0 {
		return &usageError{"which command?", "popfetch --help lists the commands"}
	}
	return cli.ShowAppHelp(c)
}

// unknownCommand says which command was most likely meant.
func unknownCommand(name string, commands []*cli.Command) error {
	hint := "popfetch --help lists the commands"
	if near := nearestCommand(name, commands); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return &usageError{fmt.Sprintf("there is no command %q", name), hint}
}

// helpHint names the help of the command that was given, or of the program.
func helpHint(c *cli.Command) string {
	help := "popfetch --help"
	if c != nil && c.Name != "" && c.Name != "popfetch" {
		help = "popfetch " + strings.TrimPrefix(c.HelpName, "popfetch ") + " --help"
	}
	return help + " lists the flags"
}

// badValues are the words of the flag package for a value that doesn't fit, and
// ours.
var badValues = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`^invalid boolean value "(.*)" for -+(\S+): .*$`), "--$2 takes no value: $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): parse error$`), "--$2 wants a number, not $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): value out of range$`), "--$2 wants a smaller number than $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): (.*)$`), "--$2: $3"},
}

// badUsage is for values that don't fit. All else arrange has found before.
func badUsage(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	for _, bad := range badValues {
		if bad.theirs.MatchString(text) {
			text = bad.theirs.ReplaceAllString(text, bad.ours)
			break
		}
	}
	return &usageError{text, helpHint(c.Command)}
}
