package pop3d

import (
	"strings"
	"sync/atomic"
)

// An Intercept is asked about each command before it is carried out, and about
// the pseudo-commands Greeting and Login. It may answer in the server's place,
// or do harm, and then returns true; or return false, and the command is
// carried out by the book, through the filters that it has put up.
//
// It runs in the session's goroutine, so several sessions may run one
// Intercept at a time.
//
// The usual faults are put together of three things: When takes a Match, which
// picks the commands, and Intercepts that do harm to whatever they are given;
// Chain joins several such faults in one.
//
//	pop3d.Chain(
//		pop3d.When(pop3d.Nth(3, pop3d.Verb("RETR")), pop3d.Refuse("[SYS/TEMP] try later")),
//		pop3d.When(pop3d.UID("RETR", "4f1c"), pop3d.CutBody(1000)),
//		pop3d.When(pop3d.Verb("QUIT"), pop3d.Unanswered()),
//		pop3d.When(pop3d.Verb(pop3d.Login), pop3d.Refuse("[IN-USE] wait")),
//	)
type Intercept func(c *Conn, cmd Command) (handled bool)

// Chain asks each Intercept in turn until one has handled the command.
func Chain(all ...Intercept) Intercept {
	return func(c *Conn, cmd Command) bool {
		for _, f := range all {
			if f(c, cmd) {
				return true
			}
		}
		return false
	}
}

// When gives the commands that match to all of the Intercepts, one after the
// other, as long as the connection is there. So Refuse("no"), Cut() says no
// and then hangs up.
func When(match Match, all ...Intercept) Intercept {
	return func(c *Conn, cmd Command) bool {
		if !match(c, cmd) {
			return false
		}
		handled := false
		for _, f := range all {
			handled = f(c, cmd) || handled
			if c.over {
				return true
			}
		}
		return handled
	}
}

// A Match picks commands.
type Match func(c *Conn, cmd Command) bool

// Verb picks the commands with this verb: "RETR", say, or Greeting or Login.
func Verb(verb string) Match {
	return func(_ *Conn, cmd Command) bool { return cmd.Verb == verb }
}

// Number picks the commands with this verb about message n.
func Number(verb string, n int) Match {
	return func(c *Conn, cmd Command) bool {
		word, _, _ := strings.Cut(cmd.Arg, " ")
		number, ok := c.number(word)
		return cmd.Verb == verb && ok && number == n
	}
}

// UID picks the commands with this verb about the message with this UID.
func UID(verb, uid string) Match {
	return func(c *Conn, cmd Command) bool {
		m, ok := c.Message(cmd)
		return cmd.Verb == verb && ok && m.UID == uid
	}
}

// InSession picks the commands of the n-th connection, counted from 1.
func InSession(n int) Match {
	return func(c *Conn, _ Command) bool { return c.Number() == n }
}

// Nth picks the n-th of the commands that match picks, counted from 1 over all
// sessions.
func Nth(n int64, match Match) Match {
	var count atomic.Int64
	return func(c *Conn, cmd Command) bool {
		return match(c, cmd) && count.Add(1) == n
	}
}

// All picks the commands that each of the others picks. They are asked in
// order, so Nth belongs at the end.
func All(matches ...Match) Match {
	return func(c *Conn, cmd Command) bool {
		for _, match := range matches {
			if !match(c, cmd) {
				return false
			}
		}
		return true
	}
}
