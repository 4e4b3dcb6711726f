package config

import (
	"bytes"
	"strings"
)

// A place is where in a file an account is written, and how its lines are
// indented.
type place struct {
	line         int    // before which of the lines, from 0 on
	heading      string // the line accounts:, where there is none yet
	margin, step string
	blank        bool // put an empty line in between
}

// usualStep is how far a level is indented where the file doesn't show.
const usualStep = 2

// endPlace returns the place behind all accounts, or, where there are none yet, behind
// all lines. It isn't surely right: a text of several lines may end in what looks
// like comments or empty lines. It returns false where no line can be added.
func (f *File) endPlace() (p place, ok bool) {
	lines := f.textLines()
	root, problem := parseYAML(f.text)
	if problem != nil { // it's empty, or it would have been refused
		return place{line: len(lines), heading: "accounts:", margin: spaces(usualStep), step: spaces(usualStep)}, true
	}
	if !root.isBlockMap() {
		return place{}, false
	}
	base := root.yaml.Content[0].Column - 1
	first, next, found := accountsIn(root, len(lines))
	if !found {
		return place{
			line: len(lines), heading: spaces(base) + "accounts:",
			margin: spaces(base + usualStep), step: spaces(usualStep), blank: true,
		}, true
	}
	p, ok = findIndentation(first.value, base, lines)
	p.line = endBeforeKey(lines, first.line, next, len(p.margin))
	return p, ok
}

// accountsIn finds the key accounts, and the line before which its value ends
// at the latest.
func accountsIn(root node, end int) (accounts entry, next int, found bool) {
	content := root.yaml.Content
	for i := 0; i < len(content); i += 2 {
		switch {
		case found:
			return accounts, content[i].Line - 1, true
		case content[i].Value == "accounts":
			accounts, found = entry{key: "accounts", line: content[i].Line, value: node{content[i+1]}}, true
		}
	}
	return accounts, end, found
}

// findIndentation looks how the accounts are written that are there. It returns
// false where no line can be added to them.
func findIndentation(accounts node, base int, lines []string) (p place, ok bool) {
	content := accounts.yaml.Content
	switch {
	case accounts.isNull() && accounts.yaml.Value == "":
		return place{margin: spaces(base + usualStep), step: spaces(usualStep)}, true
	case !accounts.isBlockMap():
		return place{}, false
	}
	margin := content[0].Column - 1
	p = place{margin: spaces(margin), step: spaces(max(1, margin-base))}
	for i := 1; i < len(content); i += 2 {
		if account := (node{content[i]}); account.isBlockMap() {
			p.step = spaces(max(1, account.yaml.Content[0].Column-1-margin))
			break
		}
	}
	if last := content[len(content)-2].Line - 1; len(content) > 2 && last < len(lines) {
		above := last - 1
		for above > 0 && isComment(lines[above]) {
			above--
		}
		p.blank = isBlank(lines[above])
	}
	return p, true
}

// endBeforeKey goes back from the next key over what belongs to that: empty lines,
// and comments that are less indented than an account.
func endBeforeKey(lines []string, first, next, margin int) int {
	for next > first {
		line := lines[next-1]
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if !isBlank(line) && (!isComment(line) || indent >= margin) {
			break
		}
		next--
	}
	return next
}

// textLines are those of the file, with their ends.
func (f *File) textLines() (lines []string) {
	for line := range bytes.Lines(f.text) {
		lines = append(lines, string(line))
	}
	return lines
}

func spaces(n int) string { return strings.Repeat(" ", n) }

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }

func isComment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }
