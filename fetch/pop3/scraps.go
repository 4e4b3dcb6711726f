package pop3

import (
	"slices"
	"strings"
)

// How much of a secret is enough to be hidden: six characters of a password that a
// server cut short, and as much of it in base64.
const (
	scrap       = 6
	base64Scrap = 8
)

// The scraps are all pieces of that many bytes that the secrets have, in lower case,
// by their length.
type scraps map[int]map[string]bool

// add takes in the pieces of a text.
func (s scraps) add(text string, length int) {
	if len(text) < length {
		return
	}
	if s[length] == nil {
		s[length] = map[string]bool{}
	}
	text = asciiLower(text)
	for i := range len(text) - length + 1 {
		s[length][text[i:i+length]] = true
	}
}

// mask puts *** for each run of text in which every byte is part of a piece.
func (s scraps) mask(text string) string {
	if len(s) == 0 {
		return text
	}
	hidden := s.cover(asciiLower(text))
	var masked strings.Builder
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && hidden[to] == hidden[from] {
			to++
		}
		if hidden[from] && !isUsual(text, from, to) {
			masked.WriteString("***")
		} else {
			masked.WriteString(text[from:to])
		}
		from = to
	}
	return masked.String()
}

// cover tells of each byte whether it is part of a piece.
func (s scraps) cover(text string) []bool {
	hidden := make([]bool, len(text))
	for length, pieces := range s {
		for i := 0; i+length <= len(text); i++ {
			if pieces[text[i:i+length]] {
				for j := i; j < i+length; j++ {
					hidden[j] = true
				}
			}
		}
	}
	return hidden
}

// asciiLower is strings.ToLower for ASCII, so that no byte moves.
func asciiLower(text string) string {
	letters := []byte(text)
	for i, b := range letters {
		letters[i] = lower(b)
	}
	return string(letters)
}

// usual are words that servers say of themselves. To hide one would show that the
// password has it.
var usual = []string{
	"access", "account", "allowed", "attempts", "authentication", "authorization", "command", "connection", "contact", "credentials",
	"denied", "disabled", "expired", "failed", "failure", "incorrect", "invalid", "locked", "mailbox", "maildrop", "messages", "octets",
	"password", "permission", "please", "refused", "rejected", "response", "server", "service", "session", "system", "temporary",
	"unavailable", "unknown", "username", "welcome",
}

// isUsual reports whether text[from:to] is such a word, and no part of a longer one.
func isUsual(text string, from, to int) bool {
	return standsAlone(text, from, to) && slices.Contains(usual, asciiLower(text[from:to]))
}
