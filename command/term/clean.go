package term

import (
	"strconv"
	"strings"
	"unicode"
)

// Clean makes text harmless for a terminal: control characters, and those
// that change the direction of writing or can't be seen, are shown escaped.
func Clean(text string) string {
	if !strings.ContainsFunc(text, IsHarmful) && strings.ToValidUTF8(text, "") == text {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if IsHarmful(r) {
			b.WriteString(escaped(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// IsHarmful reports whether a character is more than a letter, a mark, a sign or a
// blank of some kind.
func IsHarmful(r rune) bool { return !unicode.IsGraphic(r) }

// escaped is a character as Go writes it in quotes, such as \x1b or \u202e.
func escaped(r rune) string { return strings.Trim(strconv.QuoteRune(r), "'") }
