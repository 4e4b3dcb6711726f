package lmtp

import (
	"bytes"
	"io"
)

// copyMessage writes a message with a space in the place of each CR that no LF follows.
// RFC 5321 section 2.3.8 forbids to send one, and peers that take it for the end of a line
// see "CR dot CRLF" as the end of the message, and what follows as commands. A space is
// what Postfix makes of it. It can't begin a line, nor a field of the header, so that
// nobody behind the peer reads anything that nobody before it could see.
func copyMessage(to io.Writer, message io.Reader) error {
	buffer := make([]byte, 32<<10)
	held := 0 // bytes at the beginning: a CR of which it isn't known what follows
	for {
		n, err := message.Read(buffer[held:])
		text := buffer[:held+n]
		if err != nil && err != io.EOF {
			return err
		}
		held = 0
		if err == nil && bytes.HasSuffix(text, []byte{'\r'}) {
			text, held = text[:len(text)-1], 1
		}
		replaceStray(text)
		if _, writeErr := to.Write(text); writeErr != nil || err == io.EOF {
			return writeErr
		}
		if held > 0 {
			buffer[0] = '\r'
		}
	}
}

// replaceStray puts the spaces into a part of the message. Only the last part ends with a CR,
// which nothing follows.
func replaceStray(text []byte) {
	for {
		at := bytes.IndexByte(text, '\r')
		if at < 0 {
			return
		}
		if at+1 == len(text) || text[at+1] != '\n' {
			text[at] = ' '
		}
		text = text[at+1:]
	}
}
