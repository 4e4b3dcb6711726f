package pop3

import (
	"bytes"
	"strings"
)

// concealResponse keeps a response of a SASL mechanism out of sight, and each
// part of it that says something on its own, such as a digest.
func (c *Client) concealResponse(response []byte) {
	c.said.AddWhole(string(response))
	parts := bytes.FieldsFunc(response, func(r rune) bool { return r == ' ' || r == ',' || r == 0 || r == 1 })
	for _, part := range parts {
		part = bytes.TrimPrefix(part, []byte("p="))
		if len(part) >= longPart && len(part) < len(response) {
			c.said.AddWhole(string(part))
		}
	}
}

// longPart is the length from which a part of a response is hidden. What is
// shorter may be a word of any text.
const longPart = 16

// beyondShown is how much is searched of what is behind the part of a text that is
// shown, in bytes: a secret that is cut there is one all the same.
const beyondShown = 1 << 10

// redactLine is what may be shown of a text from the server.
func (c *Client) redactLine(line []byte) string {
	text := string(line[:min(len(line), maxShown+beyondShown)])
	text = c.said.Shown(c.secrets.Shown(text))
	return strings.TrimRight(text[:min(len(text), maxShown)], "\r\n")
}

// Redact returns what may be shown of text that the server said, cut: all of it, or
// nothing if it holds a secret.
func (c *Client) Redact(text string) string { return c.redactLine([]byte(text)) }
