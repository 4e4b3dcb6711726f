package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

var fromLine = regexp.MustCompile(`^From \S+ (Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ 123][0-9] [0-9:]{8} [0-9]{4}$`)

// ParseMbox returns the messages in an mboxrd file. It is written apart from
// the writer: it holds everything in memory and uses no code of package mbox.
// A message that didn't end with a newline comes back with one.
func ParseMbox(text []byte) (messages [][]byte, err error) {
	for len(text) > 0 {
		line, rest, found := bytes.Cut(text, []byte("\n"))
		if !found || !fromLine.Match(line) {
			return nil, fmt.Errorf("message %d begins with %.80q, which is no From_ line", len(messages)+1, line)
		}
		message := rest
		text = nil
		if next := nextFromLine(rest); next >= 0 {
			message, text = rest[:next], rest[next:]
		}
		message, found = bytes.CutSuffix(message, []byte("\n"))
		if !found || len(message) > 0 && message[len(message)-1] != '\n' {
			return nil, fmt.Errorf("no blank line ends message %d", len(messages)+1)
		}
		messages = append(messages, unquoteMessage(message))
	}
	return messages, nil
}

// unquoteMessage takes one ">" from each line that is quoted.
func unquoteMessage(message []byte) []byte {
	text := make([]byte, 0, len(message))
	for line := range bytes.Lines(message) {
		if line[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			line = line[1:]
		}
		text = append(text, line...)
	}
	return text
}

// nextFromLine returns where the next line with "From " begins, which by the
// rules of mboxrd is always the start of a message.
func nextFromLine(text []byte) int {
	if bytes.HasPrefix(text, []byte("From ")) {
		return 0
	}
	if i := bytes.Index(text, []byte("\nFrom ")); i >= 0 {
		return i + 1
	}
	return -1
}

// ReadMbox reads an mboxrd file as ParseMbox does. One that isn't there has no
// messages.
func ReadMbox(path string) ([][]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return ParseMbox(text)
}

// ReadMaildir returns the messages in a Maildir that mail programs see.
func ReadMaildir(path string) (messages [][]byte, err error) {
	for _, folder := range []string{"new", "cur"} {
		names, err := filepath.Glob(filepath.Join(path, folder, "*"))
		if err != nil {
			return nil, err
		}
		slices.Sort(names)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			messages = append(messages, text)
		}
	}
	return messages, nil
}
