package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/config"
)

// proposals returns what could stand in the place of the last word.
func (p *program) proposals(app *cli.App, words []string) []proposal {
	if len(words) == 0 {
		return nil
	}
	before, current := words[:len(words)-1], words[len(words)-1]
	a := newArrangement(app)
	wanting := a.read(before)
	name, _, hasValue := strings.Cut(current, "=")
	switch {
	case wanting:
		return p.values(a, a.name, "")
	case !a.ended && strings.HasPrefix(current, "-") && hasValue:
		return p.values(a, strings.TrimLeft(name, "-"), name+"=")
	case !a.ended && strings.HasPrefix(current, "-"):
		return a.flagProposals()
	case len(a.innermost().Subcommands) > 0:
		return a.commandProposals()
	}
	return p.namesOf(a, argument(a.innermost().ArgsUsage, len(a.rest)))
}

// values returns what the flag of that name may be, each behind the prefix.
func (p *program) values(a *arrangement, name, prefix string) []proposal {
	_, f := a.find(name)
	if f == nil {
		return nil
	}
	what, _ := flagUsage(f)
	values := p.namesOf(a, what)
	for i, v := range values {
		if !v.isShells() {
			values[i].word = prefix + v.word
		}
	}
	return values
}

// namesOf returns all that is of a kind, which is what a help text has in
// capitals, or the words to choose from.
func (p *program) namesOf(a *arrangement, kind string) (names []proposal) {
	switch {
	case kind == "FILE":
		return []proposal{{word: anyFile}}
	case kind == "DIR":
		return []proposal{{word: anyDir}}
	case kind == "ACCOUNT":
		return p.accountProposals(a)
	case strings.Contains(kind, "|"):
		for choice := range strings.SplitSeq(kind, "|") {
			names = append(names, proposal{word: choice})
		}
	}
	return names
}

// accountProposals returns the accounts that aren't named yet. What isn't a
// file would have to be waited for, and isn't read.
func (p *program) accountProposals(a *arrangement) (names []proposal) {
	p.configPath = a.given["config"]
	if p.configPath == "" {
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
		if !slices.Contains(a.rest, account.Name) {
			names = append(names, proposal{account.Name, login(account)})
		}
	}
	return names
}

func (a *arrangement) commandProposals() (names []proposal) {
	if len(a.rest) > 0 {
		return nil
	}
	for _, c := range a.innermost().Subcommands {
		names = append(names, proposal{c.Name, c.Usage})
	}
	return names
}

// flagProposals returns the flags of the commands on the line, those of the
// innermost first.
func (a *arrangement) flagProposals() (names []proposal) {
	for _, command := range slices.Backward(a.path) {
		for _, f := range command.Flags {
			_, about := flagUsage(f)
			names = append(names, proposal{"--" + f.Names()[0], about})
		}
	}
	if len(a.path) == 1 {
		names = append(names, proposal{"--version", "print the version"})
	}
	return append(names, proposal{"--help", "show help"})
}
