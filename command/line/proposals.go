package line

import (
	"slices"
	"strings"
)

// proposals returns what could stand in the place of the last word.
func (c *completion) proposals(words []string) []Proposal {
	if len(words) == 0 {
		return nil
	}
	before, current := words[:len(words)-1], words[len(words)-1]
	a := NewArrangement(c.app)
	wanting := a.Read(before)
	name, _, hasValue := strings.Cut(current, "=")
	switch {
	case wanting:
		return c.values(a, a.name, "")
	case !a.ended && strings.HasPrefix(current, "-") && hasValue:
		return c.values(a, strings.TrimLeft(name, "-"), name+"=")
	case !a.ended && strings.HasPrefix(current, "-"):
		return a.flagProposals()
	case len(a.innermost().Subcommands) > 0:
		return a.commandProposals()
	}
	return c.namesOf(a, argument(a.innermost().ArgsUsage, len(a.rest)))
}

// values returns what the flag of that name may be, each behind the prefix.
func (c *completion) values(a *Arrangement, name, prefix string) []Proposal {
	_, f := a.Find(name)
	if f == nil {
		return nil
	}
	what, _ := FlagUsage(f)
	values := c.namesOf(a, what)
	for i, v := range values {
		if !v.isShells() {
			values[i].Word = prefix + v.Word
		}
	}
	return values
}

// namesOf returns all that is of a kind, which is what a help text has in
// capitals, or the words to choose from.
func (c *completion) namesOf(a *Arrangement, kind string) (names []Proposal) {
	switch {
	case kind == "FILE":
		return []Proposal{{Word: anyFile}}
	case kind == "DIR":
		return []Proposal{{Word: anyDir}}
	case kind == "ACCOUNT":
		return c.accountProposals(a)
	case strings.Contains(kind, "|"):
		for choice := range strings.SplitSeq(kind, "|") {
			names = append(names, Proposal{Word: choice})
		}
	}
	return names
}

// accountProposals returns the accounts that aren't named yet.
func (c *completion) accountProposals(a *Arrangement) []Proposal {
	return slices.DeleteFunc(c.accounts(a.given["config"]), func(p Proposal) bool { return slices.Contains(a.rest, p.Word) })
}

func (a *Arrangement) commandProposals() (names []Proposal) {
	if len(a.rest) > 0 {
		return nil
	}
	for _, command := range a.innermost().Subcommands {
		names = append(names, Proposal{command.Name, command.Usage})
	}
	return names
}

// flagProposals returns the flags of the commands on the line, those of the
// innermost first.
func (a *Arrangement) flagProposals() (names []Proposal) {
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
