package pop3

import (
	"encoding/base64"
	"strings"
)

// A secret is something that must not be shown, wherever it turns up.
type secret struct {
	text  string
	least int // so many bytes of its start are enough to be hidden
}

// The bounds of what is recognised in the server's words. A secret that is
// shorter than shortSecret is hidden only where it stands alone, as its
// letters are in every text. Of base64 the start is as good as the whole, and
// servers cut what they repeat.
const (
	shortSecret  = 4
	base64Prefix = 12
)

// conceal keeps a secret out of all that is shown of the server's words: some
// servers repeat what they refuse.
func (c *Client) conceal(text string) {
	if text == "" {
		return
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	c.secrets = append(
		c.secrets,
		secret{text: text, least: len(text)},
		secret{text: encoded, least: min(len(encoded), base64Prefix)},
	)
}

// shown is what may be shown of a line from the server.
func (c *Client) shown(line []byte) string {
	text := string(line)
	for _, s := range c.secrets {
		text = s.mask(text)
	}
	// Only now: a cut in the middle of a secret would hide it from mask.
	return strings.TrimRight(text[:min(len(text), maxShown)], "\r\n")
}

// Redact returns what may be shown of text that a server said within a SASL
// exchange: without what was secret there, and cut.
func (c *Client) Redact(text string) string { return c.shown([]byte(text)) }

// mask puts *** for the secret in text, whether the server has changed its
// letters to upper or lower case or not.
func (s secret) mask(text string) string {
	var masked strings.Builder
	from := 0
	for i := 0; i < len(text); i++ {
		n := commonPrefix(text[i:], s.text)
		if n < s.least || len(s.text) < shortSecret && !standsAlone(text, i, i+n) {
			continue
		}
		masked.WriteString(text[from:i])
		masked.WriteString("***")
		from = i + n
		i = from - 1
	}
	if from == 0 {
		return text
	}
	return masked.String() + text[from:]
}

// commonPrefix counts the bytes in which the strings are the same at their
// start, but for the case of letters.
func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if lower(a[i]) != lower(b[i]) {
			return i
		}
	}
	return n
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// standsAlone reports whether text[from:to] is no part of a longer word.
func standsAlone(text string, from, to int) bool {
	return (from == 0 || !isWord(text[from-1])) && (to == len(text) || !isWord(text[to]))
}

func isWord(b byte) bool {
	b = lower(b)
	return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b >= 0x80
}
