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

// reportProblem reports a problem with the value.
func (f field) reportProblem(text, hint string) {
	f.decoder.addProblem(Problem{f.value.line(), f.account, f.key, text, hint})
}

// reportError reports what a value's parser found wrong.
func (f field) reportError(err error) {
	problem := Problem{Line: f.value.line(), Account: f.account, Key: f.key}.withError(err)
	if f.value.isAlias() { // What it stands for may be another key's secret.
		problem.Text = "the alias stands for a value that doesn't fit"
	}
	f.decoder.addProblem(problem)
}

// readScalar returns the text of a value that isn't a list, a map or nothing.
func (f field) readScalar() (string, bool) {
	text, err := f.value.scalarValue()
	if err != nil {
		f.reportError(err)
		return "", false
	}
	return text, true
}

// readValue reads a value of one line by its parser.
func readValue[T any](f field, to *T, parse func(string) (T, error)) {
	text, ok := f.readScalar()
	if !ok {
		return
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		f.reportProblem("a line end or another control character", "write one line of text")
		return
	}
	value, err := parse(text)
	if err != nil {
		f.reportError(err)
		return
	}
	*to = value
}

// readChoice reads one of a few words, each of which stands for its position.
func readChoice[T ~int](f field, to *T, words []string) {
	var word string
	readValue(f, &word, oneOf(words))
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
			return "", fault{"unknown value " + quoteShort(text), hint}
		}
		return text, nil
	}
}

// parseRecipient is the parser for what stands in angle brackets in the envelope.
func parseRecipient(text string) (string, error) {
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
	return false, fault{"unknown value " + quoteShort(text), "use true or false"}
}

// readCommand reads a shell command, which may have several lines.
func (f field) readCommand(to *string) {
	text, ok := f.readScalar()
	switch {
	case !ok:
	case strings.TrimSpace(text) == "":
		f.reportProblem("an empty command", "write one for the shell")
	case strings.ContainsRune(text, 0):
		f.reportProblem("a NUL byte in a command", "write one for the shell")
	default:
		*to = text
	}
}

// readPath reads a path and opens what is to be opened in it.
func (f field) readPath(to *string) {
	readValue(f, to, func(text string) (string, error) { return expandPath(text, f.decoder.folder) })
}

// readSocket reads host:port or the path of a socket.
func (f field) readSocket(to *string) {
	readValue(f, to, func(text string) (string, error) {
		if strings.ContainsAny(text, `/\`) && !strings.Contains(text, "://") || text[0] == '~' || text[0] == '$' {
			return expandPath(text, f.decoder.folder)
		}
		host, port, err := parseServer(text)
		if err != nil || port == 0 {
			return "", fault{"not an LMTP server " + quoteShort(text), "give host:port, or the path of a socket with a /"}
		}
		return dialAddress(host, port), nil
	})
}

// listItems returns a field for each item of a list, or for a value that stands
// alone the field itself.
func (f field) listItems() []field {
	if !f.value.isList() {
		return []field{f}
	}
	items := f.value.listItems()
	if len(items) == 0 {
		f.reportProblem("an empty list", "give an item, or leave the key out")
	}
	fields := make([]field, len(items))
	for i, item := range items {
		fields[i] = f
		fields[i].value = item
	}
	return fields
}

// readWords reads a list of texts, or one text of several words.
func (f field) readWords() []string {
	var words []string
	for _, item := range f.listItems() {
		var text string
		readValue(item, &text, asIs)
		words = append(words, strings.Fields(text)...)
	}
	return words
}
