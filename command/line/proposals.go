package line

import (
	"slices"
	"strings"
)

// proposeWords returns what could stand in the place of the last word.
func (c *completion) proposeWords(words []string) []Proposal {
	if len(words) == 0 {
		return nil
	}
	before, current := words[:len(words)-1], words[len(words)-1]
	a := NewArrangement(c.app)
	wanting := a.ReadArguments(before)
	name, _, hasValue := strings.Cut(current, "=")
	switch {
	case wanting:
		return c.proposeValues(a, a.name, "")
	case !a.ended && strings.HasPrefix(current, "-") && hasValue:
		return c.proposeValues(a, strings.TrimLeft(name, "-"), name+"=")
	case !a.ended && strings.HasPrefix(current, "-"):
		return a.proposeFlags()
	case len(a.innermostCommand().Subcommands) > 0:
		return a.proposeCommands()
	}
	return c.proposeKind(a, argumentKind(a.innermostCommand().ArgsUsage, len(a.rest)))
}

// proposeValues returns what the flag of that name may be, each behind the prefix.
func (c *completion) proposeValues(a *Arrangement, name, prefix string) []Proposal {
	_, f := a.FindFlag(name)
	if f == nil {
		return nil
	}
	what, _ := FlagUsage(f)
	values := c.proposeKind(a, what)
	for i, v := range values {
		if !v.isShells() {
			values[i].Word = prefix + v.Word
		}
	}
	return values
}

// proposeKind returns all that is of a kind, which is what a help text has in
// capitals, or the words to choose from.
func (c *completion) proposeKind(a *Arrangement, kind string) (names []Proposal) {
	switch {
	case kind == "FILE":
		return []Proposal{{Word: anyFile}}
	case kind == "DIR":
		return []Proposal{{Word: anyDir}}
	case kind == "ACCOUNT":
		return c.proposeAccounts(a)
	case strings.Contains(kind, "|"):
		for choice := range strings.SplitSeq(kind, "|") {
			names = append(names, Proposal{Word: choice})
		}
	}
	return names
}

// proposeAccounts returns the accounts that aren't named yet.
func (c *completion) proposeAccounts(a *Arrangement) []Proposal {
	return slices.DeleteFunc(c.accounts(a.given["config"]), func(p Proposal) bool { return slices.Contains(a.rest, p.Word) })
}

func (a *Arrangement) proposeCommands() (names []Proposal) {
	if len(a.rest) > 0 {
		return nil
	}
	for _, command := range a.innermostCommand().Subcommands {
		names = append(names, Proposal{command.Name, command.Usage})
	}
	return names
}

// proposeFlags returns the flags of the commands on the line, those of the
// innermost first.
func (a *Arrangement) proposeFlags() (names []Proposal) {
	for _, command := range slices.Backward(a.Path) {
		for _, f := range command.Flags {
			_, about := FlagUsage(f)
			names = append(names, Proposal{"--" + f.Names()[0], about})
		}
	}
	if len(a.Path) == 1 {
		names = append(names, Proposal{"--version", "print the version"})
	}
	return append(names, Proposal{"--help", "show help"})
}
