package command

import (
	"os"
	"path/filepath"
	"strings"

	"popfetch/config"

	"github.com/urfave/cli/v2"
	"popfetch/command/line"
)

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script by which the shell completes commands, flags and accounts",
		ArgsUsage: line.Shells,
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
	if c.Args().Len() != 1 {
		return line.NewUsageError("which shell?", "popfetch completion "+line.Shells)
	}
	script, err := line.CompletionScript(shell)
	if err == nil {
		p.PrintResult("%s", strings.TrimSuffix(script, "\n"))
	}
	return err
}

// knownAccounts are the accounts of a configuration file, for a person who is
// typing. What isn't a file would have to be waited for, and isn't read.
func (p *program) knownAccounts(file string) (names []line.Proposal) {
	if p.configPath = file; file == "" {
		p.configPath = os.Getenv("POPFETCH_CONFIG")
	}
	path, err := p.configFile()
	if err != nil {
		return nil
	}
	if rest, isHome := strings.CutPrefix(path, "~/"); isHome { // The shell hasn't opened it yet.
		home, _ := os.UserHomeDir()
		path = filepath.Join(home, rest)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	known, err := config.Load(path)
	if err != nil {
		return nil
	}
	for _, account := range known.Accounts {
		names = append(names, line.Proposal{Word: account.Name, About: loginOf(account)})
	}
	return names
}
