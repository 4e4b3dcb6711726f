package fault

import (
	"strconv"
	"strings"
	"sync/atomic"

	"popfetch/fetch/pop3/pop3d"
)

// Chain asks each Intercept in turn until one has handled the command.
func Chain(all ...pop3d.Intercept) pop3d.Intercept {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
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
func When(match Match, all ...pop3d.Intercept) pop3d.Intercept {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		if !match(c, cmd) {
			return false
		}
		handled := false
		for _, f := range all {
			handled = f(c, cmd) || handled
			if c.IsOver() {
				return true
			}
		}
		return handled
	}
}

// A Match picks commands.
type Match func(c *pop3d.Conn, cmd pop3d.Command) bool

// Verb picks the commands with this verb: "RETR", say, or Greeting or Login.
func Verb(verb string) Match {
	return func(_ *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == verb }
}

// Number picks the commands with this verb about message n.
func Number(verb string, n int) Match {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		word, _, _ := strings.Cut(cmd.Arg, " ")
		number, err := strconv.Atoi(word)
		_, ok := c.Message(cmd)
		return cmd.Verb == verb && ok && err == nil && number == n
	}
}

// UID picks the commands with this verb about the message with this UID.
func UID(verb, uid string) Match {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		m, ok := c.Message(cmd)
		return cmd.Verb == verb && ok && m.UID == uid
	}
}

// InSession picks the commands of the n-th connection, counted from 1.
func InSession(n int) Match {
	return func(c *pop3d.Conn, _ pop3d.Command) bool { return c.Number() == n }
}

// Nth picks the n-th of the commands that match picks, counted from 1 over all
// sessions.
func Nth(n int64, match Match) Match {
	var count atomic.Int64
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		return match(c, cmd) && count.Add(1) == n
	}
}

// All picks the commands that each of the others picks. They are asked in
// order, so Nth belongs at the end.
func All(matches ...Match) Match {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		for _, match := range matches {
			if !match(c, cmd) {
				return false
			}
		}
		return true
	}
}
