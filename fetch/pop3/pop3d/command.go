package pop3d

import (
	"strconv"
	"strings"
)

// Pseudo-commands that an Intercept sees beside those that the client sends.
// Their verbs are in lower case, as no verb of a client is.
const (
	Greeting = "greeting" // the client has connected, and waits for the greeting
	Login    = "login"    // the password was right; Arg is the user's name
)

// maxCommand is the longest command line that is carried out: 255 octets with
// CRLF (RFC 2449 section 4), also for an initial response (RFC 5034 section 4).
const maxCommand = 253

// A Command is one line from the client.
type Command struct {
	Verb string // the first word, in upper case
	Arg  string // all behind the space after it
	Line string // as it was sent, without its end
}

// parseCommand takes a line apart.
func parseCommand(line string) Command {
	verb, arg, _ := strings.Cut(line, " ")
	return Command{Verb: strings.ToUpper(verb), Arg: arg, Line: line}
}

// states of a session (RFC 1939 section 3)
const (
	authorization = 1 << iota
	transaction
	anyState = authorization | transaction
)

// verbs are the commands by the book: where they are allowed, what they do.
var verbs = map[string]struct {
	states int
	do     func(*Conn, Command)
}{
	"USER": {authorization, (*Conn).userName},
	"PASS": {authorization, (*Conn).pass},
	"APOP": {authorization, (*Conn).apop},
	"AUTH": {authorization, (*Conn).auth},
	"STLS": {authorization, (*Conn).stls},
	"CAPA": {anyState, (*Conn).capa},
	"STAT": {transaction, (*Conn).stat},
	"LIST": {transaction, (*Conn).listing},
	"UIDL": {transaction, (*Conn).uidl},
	"RETR": {transaction, (*Conn).retr},
	"TOP":  {transaction, (*Conn).top},
	"DELE": {transaction, (*Conn).dele},
	"NOOP": {transaction, (*Conn).noop},
	"RSET": {transaction, (*Conn).rset},
	"QUIT": {anyState, (*Conn).quit},
}

// CarryOut carries out a command by the book, whatever an Intercept would say.
func (c *Conn) CarryOut(cmd Command) {
	if cmd.Verb == Greeting {
		c.Reply(strings.TrimSpace("+OK pop3d is ready " + c.server.Stamp))
		return
	}
	verb, known := verbs[cmd.Verb]
	state := authorization
	if c.drop != nil {
		state = transaction
	}
	switch {
	case len(cmd.Line) > maxCommand:
		c.Refuse("that line is longer than 255 octets")
	case !known:
		c.Refuse("unknown command")
	case verb.states&state == 0 && state == transaction:
		c.Refuse("you are logged in already")
	case verb.states&state == 0:
		c.Refuse("log in first")
	default:
		verb.do(c, cmd)
	}
}

// messageNumber is the message number that a word says, if there is such a message
// and it is not marked as deleted.
func (c *Conn) messageNumber(word string) (int, bool) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > len(c.list) || c.deleted[n-1] {
		return 0, false
	}
	return n, true
}

// Message is the message that a command such as RETR names by its number; ok
// is false if it names none.
func (c *Conn) Message(cmd Command) (m Message, ok bool) {
	word, _, _ := strings.Cut(cmd.Arg, " ")
	n, ok := c.messageNumber(word)
	if !ok {
		return Message{}, false
	}
	return *c.list[n-1], true
}

// noSuchMessage is the answer to a number that names no message.
func (c *Conn) noSuchMessage() { c.Refuse("no such message") }
