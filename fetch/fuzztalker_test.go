package fetch

import (
	"fmt"
	"strings"

	"popfetch/fetch/pop3/turntest"
)

// A talker is a server with the messages m1, m2 and m3. It says what it is told
// to, and goes by the book where that is nothing.
type talker struct {
	conn    *turntest.Conn
	deleted map[string]bool   // what it accepted by the book, by number
	given   map[string]string // messages, with CRLF
	inStep  bool              // each turn was one whole reply
}

// newTalker returns a server that says next's turns.
func newTalker(next func() string) *talker {
	s := &talker{deleted: map[string]bool{}, given: map[string]string{}, inStep: true}
	answer := func(line string) string {
		turn := next()
		if turn == "" {
			turn = s.byTheBook(line)
		}
		s.note(line, turn)
		return turn
	}
	s.conn = turntest.Answering(answer(""), answer)
	return s
}

const fuzzMessages = 3

func (s *talker) byTheBook(line string) string {
	verb, number, _ := strings.Cut(line, " ")
	number, _, _ = strings.Cut(number, " ")
	switch verb {
	case "", "USER", "PASS", "NOOP", "QUIT":
		return "+OK\r\n"
	case "CAPA":
		return "+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN\r\nPIPELINING\r\n.\r\n"
	case "AUTH":
		if strings.HasPrefix(number, "PLAIN") {
			return "+OK\r\n"
		}
	case "UIDL", "LIST":
		return s.list(verb, number)
	case "RETR", "TOP", "DELE":
		if !strings.Contains("1 2 3", number) || s.deleted[number] {
			break
		}
		if verb == "DELE" {
			s.deleted[number] = true
			return "+OK\r\n"
		}
		return "+OK\r\n" + strings.ReplaceAll(textOf("m"+number), "\r\n.", "\r\n..") + ".\r\n"
	}
	return "-ERR\r\n"
}

func (s *talker) list(verb, number string) string {
	entry := func(number string) string {
		if verb == "UIDL" {
			return number + " m" + number
		}
		return fmt.Sprint(number, " ", len(textOf("m"+number)))
	}
	if number != "" {
		return "+OK " + entry(number) + "\r\n"
	}
	var list strings.Builder
	list.WriteString("+OK\r\n")
	for i := range fuzzMessages {
		list.WriteString(entry(fmt.Sprint(i+1)) + "\r\n")
	}
	return list.String() + ".\r\n"
}

// note takes note of what was said. The message is taken out of the reply in
// the simplest words.
func (s *talker) note(line, turn string) {
	verb, number, _ := strings.Cut(line, " ")
	status, rest, found := strings.Cut(turn, "\n")
	several := verb == "RETR" || verb == "TOP" || verb == "CAPA" || (verb == "UIDL" || verb == "LIST") && number == ""
	if !several || len(status) < 3 || !strings.EqualFold(status[:3], "+OK") {
		s.inStep = s.inStep && found && rest == ""
		return
	}
	var text strings.Builder
	for s.inStep {
		line, after, found := strings.Cut(rest, "\r\n")
		if line == "." && found {
			s.inStep = after == ""
			break
		}
		s.inStep = found
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
		rest = after
	}
	if verb == "RETR" {
		s.given[number] = text.String()
	}
}
