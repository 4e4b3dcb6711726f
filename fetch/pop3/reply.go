package pop3

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
)

// Bounds on what a server may send. RFC 2449 section 4 has 512 octets for a
// reply line; servers are more talkative.
const (
	maxLine     = 16 << 10  // bytes in a line of a reply
	maxShown    = 400       // bytes of a server's words that are kept to be shown
	maxCAPA     = 200       // lines
	maxMessages = 2_000_000 // in a maildrop
)

// line reads one line of a reply, without its end. It is valid until the next
// read.
func (c *Client) line(command string) ([]byte, error) {
	if c.dead != nil {
		return nil, c.dead
	}
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) || len(line) > maxLine {
		err = &ProtocolError{Command: command, Problem: "the line has no end", Line: cut(line)}
	}
	if err != nil {
		return nil, c.fail(command, err)
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'}), nil
}

// status reads the status line of a reply and returns its text, or an *Error
// if it is negative.
func (c *Client) status(command string) (string, error) {
	line, err := c.line(command)
	if err != nil {
		return "", err
	}
	c.trace.received(c.hide(cut(line)))
	word, text, _ := bytes.Cut(line, []byte{' '})
	switch {
	case bytes.EqualFold(word, []byte("+OK")):
		return c.hide(cut(text)), nil
	case bytes.EqualFold(word, []byte("-ERR")):
		e := &Error{Command: command}
		e.Code, e.Text = responseCode(c.hide(cut(text)))
		return "", e
	default:
		return "", c.fail(command, &ProtocolError{
			Command: command, Problem: "neither +OK nor -ERR", Line: c.hide(cut(line)),
		})
	}
}

// responseCode takes the response code from the start of a text, RFC 2449
// section 8.
func responseCode(text string) (code, rest string) {
	if !strings.HasPrefix(text, "[") {
		return "", text
	}
	code, rest, found := strings.Cut(text[1:], "]")
	if !found || code == "" || len(code) > 64 {
		return "", text
	}
	return strings.ToUpper(code), strings.TrimSpace(rest)
}

// lines reads the rest of a multi-line reply and gives each line to each,
// without its end and its byte-stuffing.
func (c *Client) lines(command string, most int, each func(line []byte) error) error {
	for n := 0; ; n++ {
		line, err := c.line(command)
		if err != nil {
			return err
		}
		if len(line) > 0 && line[0] == '.' {
			if line = line[1:]; len(line) == 0 {
				c.trace.receivedLines(n)
				return nil
			}
		}
		if n == most {
			return c.fail(command, &ProtocolError{Command: command, Problem: "the list has no end"})
		}
		if err := each(line); err != nil {
			return c.fail(command, err)
		}
	}
}

// hide takes our secrets out of the server's words: some servers repeat what
// they refuse.
func (c *Client) hide(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

func cut(line []byte) string {
	if len(line) > maxShown {
		line = line[:maxShown]
	}
	return strings.TrimRight(string(line), "\r\n")
}
