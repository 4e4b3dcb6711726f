package command

import (
	"embed"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// The scripts know nothing of popfetch but complete, which they ask at each
// press of the key; so one that was installed long ago is never wrong.
//
//go:embed completion
var completionScripts embed.FS

// shells are those that there is a script for.
const shells = "bash|zsh|fish"

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script by which the shell completes commands, flags and accounts",
		ArgsUsage: shells,
		Description: "For this session, or in the shell's start-up file:\n\n" +
			"  source <(popfetch completion bash)\n  source <(popfetch completion zsh)\n  popfetch completion fish | source\n\n" +
			"The script may also lie in the shell's own folder of them, as the examples show.\n\n" +
			"Examples:\n  popfetch completion bash > ~/.local/share/bash-completion/completions/popfetch\n" +
			"  popfetch completion zsh > /usr/local/share/zsh/site-functions/_popfetch\n" +
			"  popfetch completion fish > ~/.config/fish/completions/popfetch.fish",
		Action: p.completion,
	}
}

func (p *program) completion(c *cli.Context) error {
	shell := c.Args().First()
	switch {
	case c.Args().Len() != 1:
		return &usageError{"which shell?", "popfetch completion " + shells}
	case !oneOf(shells, shell):
		return &usageError{fmt.Sprintf("there is no completion for %q", shell), wordHint(shell, shells)}
	}
	script, err := completionScripts.ReadFile("completion/popfetch." + shell)
	if err != nil {
		return err
	}
	p.Result("%s", strings.TrimSuffix(string(script), "\n"))
	return nil
}

// oneOf reports whether a word is one of those that "|" separates.
func oneOf(choices, word string) bool {
	for choice := range strings.SplitSeq(choices, "|") {
		if choice == word {
			return true
		}
	}
	return false
}
