package config

import (
	"fmt"
	"slices"
	"strings"
)

// readFields returns the known keys of a map, and reports the others. It returns
// false when the value isn't a map, which is reported too.
func (d *decoder) readFields(account, prefix string, value node, known []string) ([]field, bool) {
	entries, err := value.mapEntries()
	if err != nil {
		d.addProblem(Problem{value.line(), account, strings.TrimSuffix(prefix, "."), err.Error(), "write lines of a key, a colon, a space and a value"})
		return nil, false
	}
	var fields []field
	lines := map[string]int{}
	for _, e := range entries {
		problem := Problem{Line: e.line, Account: account}
		first, taken := lines[e.key]
		switch {
		case !slices.Contains(known, e.key):
			problem.Text, problem.Hint = describeUnknown(e.key, prefix, known)
			d.addProblem(problem)
		case taken:
			problem.Key, problem.Text, problem.Hint = prefix+e.key, duplicateText("key", first), "give it only once"
			d.addProblem(problem)
		default:
			lines[e.key] = e.line
			fields = append(fields, field{account, e.key, prefix + e.key, e.value, e.merged, d})
		}
	}
	return fields, true
}

// foreignKeys are what other fetchers call our keys.
var foreignKeys = map[string]string{
	"host": "server", "port": "server", "username": "user", "login": "user", "ssl": "tls",
	"folder": "maildir", "path": "maildir", "mda": "pipe", "keep": "delete",
}

// describeUnknown describes an unknown key, and says what it may have been meant to be.
func describeUnknown(key, prefix string, known []string) (text, hint string) {
	// A key and a value without the space between them are one word.
	shown := readableName(key)
	word, _, isCut := strings.Cut(shown, "…")
	best := NearestWord(word, known)
	if foreign := foreignKeys[word]; slices.Contains(known, foreign) {
		best = foreign
	}
	text = fmt.Sprintf("unknown key %q", prefix+shown)
	switch {
	case best != "":
		return text, fmt.Sprintf("did you mean %q?", prefix+best)
	case isCut || word == "": // It may be anything, a secret even.
		return "a key that isn't a word", "write a known key, a colon and a space"
	case len(known) > 10: // They would fill the screen.
		return text, ""
	}
	return text, "use one of " + strings.Join(known, ", ")
}

// duplicateText says that something is there for the second time.
func duplicateText(what string, line int) string {
	return fmt.Sprintf("the same %s as in line %d", what, line)
}
