package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Problem is one thing that is wrong in a configuration file. It never
// shows a secret.
type Problem struct {
	Line    int    // from 1 on; 0: the file as a whole
	Account string // or defaults, or empty outside of both
	Key     string // the key whose value is wrong, or empty
	Text    string // what is wrong
	Hint    string // what would be right, or empty
}

// withError returns the problem with the words of an error.
func (p Problem) withError(err error) Problem {
	var found fault
	if !errors.As(err, &found) {
		found.text = err.Error()
	}
	p.Text, p.Hint = found.text, found.hint
	return p
}

// An Error is all that is wrong in a configuration file.
type Error struct {
	Path     string
	Problems []Problem // in the order of their lines
}

// Error returns one line per problem:
//
//	config.yaml:7: work: unknown key "maildri": did you mean "maildir"?
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		place := e.Path
		if p.Line > 0 {
			place += ":" + strconv.Itoa(p.Line)
		}
		parts := []string{place, p.Account, p.Key, p.Text, p.Hint}
		parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		lines[i] = strings.Join(parts, ": ")
	}
	return strings.Join(lines, "\n")
}

// A fault is what a value's parser finds wrong, before it's known where the
// value stands.
type fault struct{ text, hint string }

// Error implements error.
func (f fault) Error() string { return f.text + ": " + f.hint }

// quoteShort shows a value of the file, cut to what fits on a line.
func quoteShort(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
