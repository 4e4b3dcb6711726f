package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/manual"
)

func (p *program) manCommand() *cli.Command {
	return &cli.Command{
		Name:  "man",
		Usage: "print the manual page",
		Description: "In roff, for man and for packages. Needs neither configuration nor network.\n\n" +
			"Examples:\n  popfetch man | man -l -\n  popfetch man > /usr/local/share/man/man1/popfetch.1",
		Action: p.man,
	}
}

func (p *program) man(c *cli.Context) error {
	if c.Args().Present() {
		return line.NewUsageError("man takes no argument", "popfetch man | man -l -")
	}
	p.PrintResult("%s", strings.TrimSuffix(manual.Page(p.newApp()), "\n"))
	return nil
}
