package command

import (
	"fmt"
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

// prepare gives every command what all have.
func prepare(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError = badUsage
		c.HideHelpCommand = true
		hideDefaults(c.Flags)
		prepare(c.Subcommands)
	}
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
		return &usageError{fmt.Sprintf("there is no command %q", name), "popfetch --help lists the commands"}
	}
	if c.NumFlags() > 0 {
		return &usageError{"which command?", "popfetch --help lists the commands"}
	}
	return cli.ShowAppHelp(c)
}

func badUsage(c *cli.Context, err error, _ bool) error {
	help := "popfetch --help"
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "popfetch" {
		help = "popfetch " + strings.TrimPrefix(c.Command.HelpName, "popfetch ") + " --help"
	}
	return &usageError{err.Error(), help + " lists the flags"}
}
