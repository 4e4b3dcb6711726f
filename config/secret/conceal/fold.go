package conceal

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldText returns a text without what makes no difference to a reader: the case and
// the width of letters, marks on them, and what can't be seen. Bytes that aren't
// UTF-8 are taken for Latin 1.
func foldText(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			r = rune(text[0])
		}
		text = text[size:]
		switch {
		case '！' <= r && r <= '～': // in the width of Chinese characters
			r -= '！' - '!'
		case unicode.IsSpace(r):
			r = ' '
		case unicode.In(r, unicode.C, unicode.M, unicode.Other_Default_Ignorable_Code_Point):
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// squeezeText returns the letters and digits of a folded text.
func squeezeText(text string) string {
	return strings.Map(func(r rune) rune {
		if isSeparator(r) {
			return -1
		}
		return r
	}, text)
}

func isSeparator(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// joinedLetters returns those words of a folded text that are written with something
// between their letters, without that; empty if there are none.
func joinedLetters(text string) string {
	var b strings.Builder
	for _, isBetween := range []func(rune) bool{isSeparator, unicode.IsSpace} {
		letters := 0
		for _, field := range strings.FieldsFunc(text, isBetween) {
			if utf8.RuneCountInString(field) == 1 {
				b.WriteString(field)
				letters++
			} else if letters > 0 {
				b.WriteByte(' ')
				letters = 0
			}
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

func reverseText(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}
