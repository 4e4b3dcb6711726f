package command

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
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
		return line.Usage("man takes no argument", "popfetch man | man -l -")
	}
	p.Result("%s", strings.TrimSuffix(manual(p.app()), "\n"))
	return nil
}

// manual is the whole page, of which commands and flags come from where the
// help has them.
func manual(app *cli.App) string {
	r := &roff{}
	fmt.Fprintf(r, ".TH POPFETCH 1 \"\" \"popfetch %s\" \"User Commands\"\n", roffEscape(version))
	r.section("NAME")
	r.line(app.Name + ` \- ` + roffEscape(app.Usage))
	r.section("SYNOPSIS")
	r.text("`popfetch` [GLOBAL FLAGS] COMMAND [FLAGS] [ARGUMENTS]")
	r.section("DESCRIPTION")
	r.text(manDescription + "\n\n" + firstSteps)
	r.section("COMMANDS")
	r.text("Flags may stand before and after the arguments, and `--` ends them. `popfetch COMMAND --help` shows what stands here.")
	r.commands("", app.Commands)
	r.section("GLOBAL FLAGS")
	r.flags(app.Flags)
	r.item("`--help`, `-h`", "show help, of a command if one is named")
	r.item("`--version`", "print the version")
	r.section("CONFIGURATION")
	r.text(manConfiguration)
	for _, d := range config.Descriptions {
		r.item("`"+strings.Join(d.Keys, "`, `")+"`", d.Text)
	}
	r.section("LOGINS")
	r.text(manLogins)
	r.section("OWNERS")
	r.text(manOwners)
	r.section("SANDBOX")
	r.text(manSandbox)
	r.section("PROMISES")
	r.text(manPromises)
	for _, promise := range promises {
		r.item(promise.text, promise.how+" Tests: `"+strings.Join(promise.tests, "`, `")+"`.")
	}
	r.section("OUTPUT")
	r.text(manOutput)
	r.exitStatus()
	r.section("ENVIRONMENT")
	for _, v := range environment {
		r.item("`"+strings.Join(v.names, "`, `")+"`", v.text)
	}
	r.section("FILES")
	for _, f := range files {
		r.item(f.path, f.text)
	}
	r.examples()
	r.section("SEE ALSO")
	r.text(manSeeAlso)
	return r.String()
}

// commands writes what there is to say of each command, and of those below it.
func (r *roff) commands(above string, commands []*cli.Command) {
	for _, c := range commands {
		name := above + c.Name
		if len(c.Subcommands) > 0 {
			r.commands(name+" ", c.Subcommands)
			continue
		}
		r.part(strings.TrimSpace(name + " " + c.ArgsUsage))
		r.text(sentence(c.Usage) + "\n\n" + c.Description)
		r.flags(c.Flags)
	}
}

// flags writes a list of flags.
func (r *roff) flags(flags []cli.Flag) {
	for _, f := range flags {
		value, text := line.FlagUsage(f)
		var tags []string
		for _, name := range f.Names() {
			dashes := "--"
			if len(name) == 1 {
				dashes = "-"
			}
			tags = append(tags, strings.TrimSpace("`"+dashes+name+"` "+value))
		}
		if more, ok := f.(cli.DocGenerationFlag); ok {
			text += manDefault(more)
		}
		r.item(strings.Join(tags, ", "), text)
	}
}

// manDefault tells the value of a flag that isn't given, and what else may
// give it.
func manDefault(f cli.DocGenerationFlag) (text string) {
	if value := strings.Trim(f.GetDefaultText(), `"`); f.TakesValue() && value != "" {
		text += " (default: " + value + ")"
	}
	for _, name := range f.GetEnvVars() {
		text += ", or `$" + name + "`"
	}
	return text
}

func (r *roff) exitStatus() {
	r.section("EXIT STATUS")
	for _, m := range exitMeanings {
		r.item("`"+strings.Join(codeTexts(m.codes), "`, `")+"`", m.text)
	}
	r.text(manSeveralAccounts)
}

// codeTexts are the codes as text.
func codeTexts(codes []int) (texts []string) {
	for _, code := range codes {
		texts = append(texts, strconv.Itoa(code))
	}
	return texts
}

// sentence makes a sentence of a phrase of the help.
func sentence(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	return string(unicode.ToUpper(first)) + phrase[size:] + "."
}
