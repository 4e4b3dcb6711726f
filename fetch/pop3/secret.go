package pop3

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
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
// servers repeat what they refuse, as it is or otherwise, and not all of it.
func (c *Client) conceal(text string) {
	c.concealWhole(text)
	c.scraps.add(text, scrap)
	c.scraps.add(reversed(text), scrap)
	for _, form := range forms(text) {
		c.scraps.add(form.text, form.scrap)
	}
	for before := range 3 {
		encoded := strings.TrimRight(encodedBehind(before, text), "=")
		c.scraps.add(encoded, base64Scrap)
		c.scraps.add(strings.NewReplacer("+", "-", "/", "_").Replace(encoded), base64Scrap) // base64url
	}
}

// concealWhole is conceal for what has parts that are no secret.
func (c *Client) concealWhole(text string) {
	if text == "" {
		return
	}
	c.secrets = append(c.secrets, secret{text: text, least: len(text)})
	for _, form := range forms(text) {
		if form.text != text {
			c.secrets = append(c.secrets, secret{text: form.text, least: len(form.text)})
		}
	}
	for before := range 3 {
		encoded := encodedBehind(before, text)
		if before == 0 || len(encoded) > base64Prefix {
			c.secrets = append(c.secrets, secret{text: encoded, least: min(len(encoded), base64Prefix)})
		}
	}
}

// encodedBehind is how a text looks in base64 behind so many bytes, or three more.
func encodedBehind(before int, text string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + text))[(8*before+5)/6:]
}

// A form is a secret as a server may write it, and how much of that is a scrap.
type form struct {
	text  string
	scrap int
}

func forms(text string) []form {
	var percent, quotable strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&percent, "%%%02x", text[i])
		fmt.Fprintf(&quotable, "=%02x", text[i])
	}
	return []form{
		{hex.EncodeToString([]byte(text)), 2 * scrap},
		{hex.EncodeToString([]byte(reversed(text))), 2 * scrap},
		{base64.StdEncoding.EncodeToString([]byte(reversed(text))), base64Scrap},
		{reversed(base64.StdEncoding.EncodeToString([]byte(text))), base64Scrap},
		{percent.String(), 3 * scrap},
		{quotable.String(), 3 * scrap},
		{url.QueryEscape(text), scrap},
		{url.PathEscape(text), scrap},
		{html.EscapeString(text), scrap},
		{strings.Trim(strconv.QuoteToASCII(text), `"`), scrap},
	}
}

func reversed(text string) string {
	letters := []byte(text)
	slices.Reverse(letters)
	return string(letters)
}

// concealResponse keeps a response of a SASL mechanism out of sight, and each
// part of it that says something on its own, such as a digest.
func (c *Client) concealResponse(response []byte) {
	c.concealWhole(string(response))
	parts := bytes.FieldsFunc(response, func(r rune) bool { return r == ' ' || r == ',' || r == 0 || r == 1 })
	for _, part := range parts {
		part = bytes.TrimPrefix(part, []byte("p="))
		if len(part) >= longPart && len(part) < len(response) {
			c.concealWhole(string(part))
		}
	}
}

// longPart is the length from which a part of a response is hidden. What is
// shorter may be a word of any text.
const longPart = 16

// shown is what may be shown of a line from the server.
func (c *Client) shown(line []byte) string {
	text := string(line)
	for _, s := range c.secrets {
		text = s.mask(text)
	}
	text = c.scraps.mask(text)
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
