package line

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// PrepareApp gives the application and its commands what all have. The help of each
// command ends with that of the global flags.
func PrepareApp(app *cli.App) {
	app.HideHelpCommand = true
	app.Action = noCommand
	app.OnUsageError = badUsage
	hideDefaults(app.Flags)
	prepareCommands(app.Commands, globalHelp(app.Flags))
}

func prepareCommands(commands []*cli.Command, global string) {
	for _, c := range commands {
		c.OnUsageError = badUsage
		c.HideHelpCommand = true
		hideDefaults(c.Flags)
		prepareCommands(c.Subcommands, global)
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
		return NewUsageError("which command?", "popfetch --help lists the commands")
	}
	return cli.ShowAppHelp(c)
}
