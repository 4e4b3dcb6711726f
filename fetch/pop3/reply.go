package pop3

import (
	"bufio"
	"bytes"
	"errors"
	"strings"

	"popfetch/config/secret/conceal"
)

// Bounds on what a server may send. RFC 2449 section 4 has 512 octets for a
// reply line; servers are more talkative, and a challenge may have 12288
// (RFC 5034, section 4).
const (
	maxLine  = 16 << 10 // bytes in a line of a reply
	maxShown = 400      // bytes of a server's words that are kept to be shown
)

// readLine reads one line of a reply, without its end. It is valid until the next
// read.
func (c *Client) readLine(command string) ([]byte, error) {
	if c.dead != nil {
		return nil, c.dead
	}
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) || len(line) > maxLine {
		return nil, c.protocolError(command, "the line has no end", line)
	}
	if err != nil {
		return nil, c.markDead(command, err)
	}
	ended, proper := bytes.CutSuffix(line[:len(line)-1], []byte{'\r'})
	c.bare = !proper && (c.bare || command == greeting)
	c.bareReplies = !proper && (c.bareReplies || c.greeted)
	c.greeted = command == greeting
	return ended, nil
}

// readStatus reads the status line of a reply and returns its text, or an *Error
// if it is negative. The text is valid until the next read.
func (c *Client) readStatus(command string) ([]byte, error) {
	c.pace = pace{}
	line, err := c.readLine(command)
	if err != nil {
		return nil, err
	}
	return c.parseStatus(command, line)
}

func (c *Client) parseStatus(command string, line []byte) ([]byte, error) {
	c.due--
	word, text := cutWord(line)
	switch {
	case isYes(word):
		if c.trace != nil {
			c.traceStatus(line, c.redactLine(text) == conceal.Hidden, conceal.Hidden)
		}
		c.opened, c.parting = openedBy(command), nil
		return text, nil
	case isNo(word):
		refused := c.refusalError(command, text)
		c.traceStatus(line, refused.isHidden, refused.serverWords())
		if c.opened != "" && c.parting == nil {
			c.parting = refused
		}
		return nil, refused
	default:
		if c.trace != nil {
			c.trace.receivedLine(c.redactLine(line))
		}
		return nil, c.protocolError(command, "neither +OK nor -ERR", line)
	}
}

// traceStatus traces a status line, with other words behind yes or no if its own are
// hidden.
func (c *Client) traceStatus(line []byte, isHidden bool, words string) {
	if isHidden {
		word, _ := cutWord(line)
		line = []byte(string(word) + " " + words)
	}
	c.trace.receivedLine(string(line[:min(len(line), maxShown)]))
}

// refusalError returns the error of a reply that says no. What it means is read before any
// of it is hidden: a password may be one of the words that say so. A response code
// that has a meaning is a word of the protocol, and is never hidden.
func (c *Client) refusalError(command string, text []byte) *Error {
	code, words := responseCode(string(text))
	unhidden := &Error{Command: command, Code: code, Text: words[:min(len(words), maxShown)]}
	secret := words
	if !isMeant(code) {
		secret = string(text)
	}
	if c.redactLine([]byte(secret)) != conceal.Hidden {
		return unhidden
	}
	hidden := &Error{Command: command, Code: code, Text: conceal.Hidden, isHidden: true, means: unhidden.meaning()}
	if code != "" && !isMeant(code) {
		hidden.Code = conceal.Hidden
	}
	return hidden
}

func isYes(word []byte) bool { return bytes.EqualFold(word, []byte("+OK")) }

// cutWord cuts a line behind its first word. Some servers put a tab there.
func cutWord(line []byte) (word, rest []byte) {
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return line, nil
	}
	return line[:i], line[i+1:]
}

// isNo reports whether a status line begins with this word that says no.
// hMailServer before 2026 says +ERR where it can't read the mailbox.
func isNo(word []byte) bool {
	return bytes.EqualFold(word, []byte("-ERR")) || bytes.EqualFold(word, []byte("+ERR"))
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

// A bound is what a multi-line reply may have at most, and what is said of more.
type bound struct {
	lines, bytes    int
	problem, advice string
}

// readLines reads the rest of a multi-line reply and gives each line to each,
// without its end and its byte-stuffing.
func (c *Client) readLines(command string, most bound, each func(line []byte) error) error {
	total := 0
	for n := 0; ; n++ {
		line, err := c.readLine(command)
		if err != nil {
			return err
		}
		if len(line) > 0 && line[0] == '.' {
			if line = line[1:]; len(line) == 0 {
				c.trace.receivedLines(n)
				return nil
			}
		}
		if total += len(line); n == most.lines || total > most.bytes {
			c.dead = &ProtocolError{Command: command, Problem: most.problem, advice: most.advice}
			return c.dead
		}
		if err := each(line); err != nil {
			return err
		}
	}
}
