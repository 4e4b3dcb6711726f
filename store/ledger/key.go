package ledger

import (
	"slices"
	"strconv"
	"strings"
)

// A Key names a message of the account: its UID as the server sent it, with
// everything but printable ASCII escaped as %XX, and "~2" behind it for the
// second message that has this UID, and so on. RFC 1939, section 7, promises
// that UIDs are unique, printable and short; servers don't keep it. A long one
// is its digest; see ShortUID.
type Key string

// isKey reports whether the UID is a key as it is: nothing in it has to be
// escaped, and it is short.
func isKey(uid []byte) bool {
	if len(uid) > MaxUID || slices.ContainsFunc(uid, isEscaped) {
		return false
	}
	return len(uid) > 0
}

func isEscaped(c byte) bool { return c <= ' ' || c >= 0x7f || c == '%' || c == '~' || c == '#' }

const hexDigits = "0123456789ABCDEF"

// MakeKey returns the key of the copy'th message, counted from 1, that the
// server lists under uid.
func MakeKey(uid string, copy int) Key {
	if !isDigest(uid) {
		uid = ShortUID(uid)
	}
	key := escapeWord(uid)
	if copy > 1 {
		key += "~" + strconv.Itoa(copy)
	}
	return Key(key)
}

// escapeWord makes a word without blanks of any text, as in a Key.
func escapeWord(text string) string {
	if text == "" {
		return "%" // which stands for the empty UID
	}
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; isEscaped(c) {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// UID returns the UID as the server sent it, or its digest.
func (k Key) UID() string {
	text, _, _ := strings.Cut(string(k), "~")
	if !strings.Contains(text, "%") {
		return text
	}
	return unescapeText(text)
}

// escapeText makes a last field of any text: blanks and letters of any script
// stay, what would break the line doesn't.
func escapeText(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == 0x7f || c == '%' {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescapeText(text string) string {
	if text == "%" {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if c, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
