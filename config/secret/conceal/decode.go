package conceal

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A view is one way to read a text.
type view struct {
	text   string
	isCode bool // all of it was written in code, so that no word is in it by chance
}

// decodedViews returns what a text says in the usual ways of writing bytes in text.
func decodedViews(text string) (views []view) {
	if plain := undoEscapes(text); plain != text {
		views = append(views, view{text: plain})
	}
	for _, base := range []int{8, 10, 16} {
		if numbers := ofNumbers(text, base); numbers != "" {
			views = append(views, view{numbers, true})
		}
	}
	views = append(views, ofHex(text)...)
	views = append(views, ofRuns(text, isBase64, 4, func(run string) []byte {
		return decodedStart(standard.Replace(run), base64.RawStdEncoding.Decode)
	})...)
	return append(views, ofRuns(text, isBase32, 8, func(run string) []byte {
		return decodedStart(strings.ToUpper(run), base32.StdEncoding.WithPadding(base32.NoPadding).Decode)
	})...)
}

// escapes matches an escape of URLs, quoted-printable, and programming languages.
var escapes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[%=][0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[0-7]{3}|\\.`)
})

// undoEscapes returns a text with the characters that its escapes stand for.
func undoEscapes(text string) string {
	text = html.UnescapeString(text)
	if !strings.ContainsAny(text, `%=\`) {
		return text
	}
	return escapes().ReplaceAllStringFunc(text, func(escape string) string {
		digits, base := strings.TrimLeft(escape[1:], "xXuU"), 16
		if escape[0] == '\\' && escape[1] >= '0' && escape[1] <= '7' {
			base = 8
		}
		code, err := strconv.ParseUint(digits, base, 16)
		switch {
		case err != nil || len(escape) == 2: // a backslash and what it stands before
			return escape[1:]
		case code < 0x100:
			return string([]byte{byte(code)})
		}
		return string(rune(code))
	})
}

// ofNumbers returns the characters whose numbers a text has one after the other.
func ofNumbers(text string, base int) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(text, isSeparator) {
		digits := strings.TrimLeft(strings.TrimPrefix(word, "0x"), "xXuU")
		code, err := strconv.ParseUint(digits, base, 21)
		switch {
		case digits == "":
		case err != nil || code < ' ' || code > unicode.MaxRune:
			b.WriteByte(' ')
		case code < 0x100:
			b.WriteByte(byte(code))
		default:
			b.WriteRune(rune(code))
		}
	}
	return strings.TrimSpace(b.String())
}

// ofHex returns what is written in hex, with or without something between.
func ofHex(text string) []view {
	return ofRuns(squeezeText(unprefixed.Replace(strings.ToLower(text))), isHex, 2, func(run string) []byte { return decodedStart(run, hex.Decode) })
}

// canHoldCode reports whether a text has as many visible characters of ASCII in a row
// as it takes. What isn't code has none once it is decoded.
func canHoldCode(text string) bool {
	visible := 0
	for i := 0; i < len(text) && visible < minCode; i++ {
		if visible++; text[i] < ' ' || text[i] > '~' {
			visible = 0
		}
	}
	return visible == minCode
}

var (
	standard   = strings.NewReplacer("-", "+", "_", "/") // of base64 for URLs
	unprefixed = strings.NewReplacer("0x", "", `\x`, "") // of hex
)

// minCode is how long a secret in code is at least, in bytes: four letters in hex.
const minCode = 8

// minRun is how long something is at least that may be in code, in characters.
const minRun = 6

// ofRuns decodes each run of the characters of a code, beginning at each of the first
// so many characters of it, as there may be something of that kind before.
func ofRuns(text string, isOf func(rune) bool, starts int, decode func(run string) []byte) (views []view) {
	runs := strings.FieldsFunc(text, func(r rune) bool { return !isOf(r) })
	for start := range starts {
		var b strings.Builder
		for _, run := range runs {
			if len(run) >= minRun+start {
				b.Write(decode(run[start:]))
				b.WriteByte('\n')
			}
		}
		if b.Len() > 0 {
			views = append(views, view{b.String(), true})
		}
	}
	return views
}

// decodedStart decodes as much of a run as there is.
func decodedStart(run string, decode func(to, from []byte) (int, error)) []byte {
	to := make([]byte, len(run))
	n, _ := decode(to, []byte(run))
	return to[:n]
}

func isHex(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' }

func isBase32(r rune) bool { return '2' <= r && r <= '7' || isLatin(r) }

func isBase64(r rune) bool {
	return '0' <= r && r <= '9' || isLatin(r) || strings.ContainsRune("+/-_", r)
}

func isLatin(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
