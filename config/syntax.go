package config

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
)

// linePrefix is what the library says about the place. It means the beginning
// of a block that contains the error, or nothing at all.
var linePrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

// The ways out of what is wrong with the beginning of a line.
const (
	tabHint    = "indent with spaces"
	indentHint = "give all keys of an account the same number of spaces in front"
)

// syntaxFaults are the library's words for what isn't YAML, and ours.
var syntaxFaults = []struct{ theirs, text, hint string }{
	{"tab character", "tab in the indentation", tabHint},
	{"expected key", "indentation: the line doesn't line up with those above it", indentHint},
	{"expected '-' indicator", "indentation: the line doesn't line up with those above it", "give all items of a list the same number of spaces in front"},
	{"cannot start any token", "value that begins with @, % or `", "put it in quotes"},
	{"mapping values are not allowed", "value with a colon and a space in it", "put it in quotes"},
	{"could not find expected ':'", "no colon and space behind a key", "write a colon and a space after a key"},
	{"unknown anchor", "value that begins with *", "put it in quotes"},
	{"undefined tag", "value that begins with !", "put it in quotes"},
	{"unexpected end of stream", "quotes or a bracket that nothing closes", "close what was opened"},
	{"second document", "a second document begins", "write all in one, without --- between the parts"},
	{"control characters", "control character", "take it out"},
	{"UTF-8", "not UTF-8", "save the file as UTF-8"},
}

// syntaxProblem makes a problem of the library's error. The first line that
// the error needs is the line where it is. No part of a value is shown: it may
// be a password.
func syntaxProblem(data []byte, err error) *Problem {
	lines := bytes.SplitAfter(data, []byte("\n"))
	first := sort.Search(len(lines)-1, func(n int) bool {
		_, prefixErr := parsePrefix(bytes.Join(lines[:n+1], nil))
		return prefixErr != nil && prefixErr.Error() == err.Error()
	})
	problem := &Problem{Line: first + 1}
	theirs := linePrefix.ReplaceAllString(err.Error(), "")
	problem.Text, problem.Hint = syntaxText(theirs, string(lines[first]))
	return problem
}

// syntaxText says in plain words what the library means. A tab, or spaces too
// many, come first: the library often finds something else in their place.
func syntaxText(theirs, line string) (text, hint string) {
	margin := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(margin, "\t"):
		return "tab in the indentation", tabHint
	case strings.HasPrefix(theirs, "mapping values") && strings.Count(line+" ", ": ")+strings.Count(line, ":\n") == 1:
		return "indentation: the line has more spaces in front than the key above it, whose value has ended", indentHint
	}
	for _, known := range syntaxFaults {
		if strings.Contains(theirs, known.theirs) {
			return known.text, known.hint
		}
	}
	return "not YAML: " + theirs, ""
}
