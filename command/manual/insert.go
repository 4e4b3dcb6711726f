package manual

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/packaging"
)

// writeInsertion writes what stands in the page by a name.
func (r *roff) writeInsertion(app *cli.App, name string) {
	name, argument, _ := strings.Cut(name, " ")
	switch name {
	case "name":
		r.writeLine(app.Name + ` \- ` + roffEscape(app.Usage))
	case "description":
		r.writeText(app.Description)
	case "commands":
		r.writeCommands("", app.Commands)
	case "flags":
		r.writeFlags(app.Flags)
	case "keys":
		for _, d := range config.Descriptions {
			r.writeItem("`"+strings.Join(d.Keys, "`, `")+"`", d.Text)
		}
	case "file":
		r.writeFile(argument)
	default:
		panic(fmt.Sprintf("the manual wants a %q", name)) // it is part of the program
	}
}

// writeFile writes what one of the files of packaging has.
func (r *roff) writeFile(path string) {
	content, err := packaging.Files.ReadFile(path)
	if err != nil {
		panic(err) // it is part of the program
	}
	r.writeText("  " + strings.ReplaceAll(strings.TrimSuffix(string(content), "\n"), "\n", "\n  "))
}

// writeCommands writes what there is to say of each command, and of those below it.
func (r *roff) writeCommands(above string, commands []*cli.Command) {
	for _, c := range commands {
		name := above + c.Name
		if len(c.Subcommands) > 0 {
			r.writeCommands(name+" ", c.Subcommands)
			continue
		}
		r.writePart(strings.TrimSpace(name + " " + c.ArgsUsage))
		r.writeText(toSentence(c.Usage) + "\n\n" + c.Description)
		r.writeFlags(c.Flags)
	}
}

// writeFlags writes a list of flags.
func (r *roff) writeFlags(flags []cli.Flag) {
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
		r.writeItem(strings.Join(tags, ", "), text)
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

// toSentence makes a sentence of a phrase of the help.
func toSentence(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	return string(unicode.ToUpper(first)) + phrase[size:] + "."
}
