package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A field is one key of a map of the file with its value. Its methods read
// the value into an Account, or report why they can't.
type field struct {
	account string // whom a problem concerns
	name    string // the key
	key     string // the key with the keys above it, for a problem
	value   node
	merged  bool // brought in by YAML's <<
	decoder *decoder
}

// fail reports a problem with the value.
func (f field) fail(text, hint string) {
	f.decoder.report(Problem{f.value.line(), f.account, f.key, text, hint})
}

// refuse reports what a value's parser found wrong.
func (f field) refuse(err error) {
	problem := Problem{Line: f.value.line(), Account: f.account, Key: f.key}.because(err)
	if f.value.isAlias() { // What it stands for may be another key's secret.
		problem.Text = "the alias stands for a value that doesn't fit"
	}
	f.decoder.report(problem)
}

// scalar returns the text of a value that isn't a list, a map or nothing.
func (f field) scalar() (string, bool) {
	text, err := f.value.text()
	if err != nil {
		f.refuse(err)
		return "", false
	}
	return text, true
}

// take reads a value of one line by its parser.
func take[T any](f field, to *T, parse func(string) (T, error)) {
	text, ok := f.scalar()
	if !ok {
		return
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		f.fail("a line end or another control character", "write one line of text")
		return
	}
	value, err := parse(text)
	if err != nil {
		f.refuse(err)
		return
	}
	*to = value
}

// choose reads one of a few words, each of which stands for its position.
func choose[T ~int](f field, to *T, words []string) {
	var word string
	take(f, &word, oneOf(words))
	if i := slices.Index(words, word); i >= 0 {
		*to = T(i)
	}
}

// oneOf returns the parser that takes only these words.
func oneOf(words []string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(words, text) {
			hint := "use one of " + strings.Join(words, ", ")
			if near := NearestWord(text, words); near != "" {
				hint = fmt.Sprintf("did you mean %q? %s", near, hint)
			}
			return "", fault{"unknown value " + quote(text), hint}
		}
		return text, nil
	}
}

// recipient is the parser for what stands in angle brackets in the envelope.
func recipient(text string) (string, error) {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' }) {
		return "", fault{"not an address", "write it without a name, blanks and angle brackets"}
	}
	return text, nil
}

// asIs is the parser that takes any text.
func asIs(text string) (string, error) { return text, nil }

// parseBool reads true or false.
func parseBool(text string) (bool, error) {
	switch text {
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	}
	return false, fault{"unknown value " + quote(text), "use true or false"}
}

// command reads a shell command, which may have several lines.
func (f field) command(to *string) {
	text, ok := f.scalar()
	switch {
	case !ok:
	case strings.TrimSpace(text) == "":
		f.fail("an empty command", "write one for the shell")
	case strings.ContainsRune(text, 0):
		f.fail("a NUL byte in a command", "write one for the shell")
	default:
		*to = text
	}
}

// path reads a path and opens what is to be opened in it.
func (f field) path(to *string) {
	take(f, to, func(text string) (string, error) { return expandPath(text, f.decoder.folder) })
}

// socket reads host:port or the path of a socket.
func (f field) socket(to *string) {
	take(f, to, func(text string) (string, error) {
		if strings.ContainsAny(text, `/\`) && !strings.Contains(text, "://") || text[0] == '~' || text[0] == '$' {
			return expandPath(text, f.decoder.folder)
		}
		host, port, err := parseServer(text)
		if err != nil || port == 0 {
			return "", fault{"not an LMTP server " + quote(text), "give host:port, or the path of a socket with a /"}
		}
		return dialled(host, port), nil
	})
}

// items returns a field for each item of a list, or for a value that stands
// alone the field itself.
func (f field) items() []field {
	if !f.value.isList() {
		return []field{f}
	}
	items := f.value.items()
	if len(items) == 0 {
		f.fail("an empty list", "give an item, or leave the key out")
	}
	fields := make([]field, len(items))
	for i, item := range items {
		fields[i] = f
		fields[i].value = item
	}
	return fields
}

// words reads a list of texts, or one text of several words.
func (f field) words() []string {
	var words []string
	for _, item := range f.items() {
		var text string
		take(item, &text, asIs)
		words = append(words, strings.Fields(text)...)
	}
	return words
}
