package term

import (
	"strconv"
	"strings"
	"unicode"
)

// Clean makes text harmless for a terminal: control characters, and those
// that change the direction of writing or can't be seen, are shown escaped. Of the
// marks on a letter those are left out that would reach into other lines.
func Clean(text string) string {
	if !strings.ContainsFunc(text, IsHarmful) && !strings.ContainsFunc(text, unicode.IsMark) && strings.ToValidUTF8(text, "") == text {
		return text
	}
	var b strings.Builder
	marks := 0
	for _, r := range text {
		if marks++; !unicode.IsMark(r) {
			marks = 0
		}
		switch {
		case marks > maxMarks:
		case IsHarmful(r):
			b.WriteString(escapeRune(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// maxMarks is how many marks a letter has at most, in a row: Tibetan and Hebrew have
// that many.
const maxMarks = 8

// IsHarmful reports whether a character is more than a letter, a mark, a sign or a
// blank of some kind. A letter that can't be seen, such as U+3164, is.
func IsHarmful(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// escapeRune is a character as Go writes it in quotes, such as \x1b or \u202e.
func escapeRune(r rune) string { return strings.Trim(strconv.QuoteRuneToASCII(r), "'") }
