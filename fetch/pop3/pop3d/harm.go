package pop3d

import (
	"io"
	"strings"
	"time"
)

// Refuse answers "-ERR" and the text, which may begin with a response code;
// the command isn't carried out. As Greeting it is best followed by HangUp.
func Refuse(text string) Intercept {
	return func(c *Conn, _ Command) bool {
		c.Refuse(text)
		return true
	}
}

// Answer answers with these lines, whatever they are; the command isn't
// carried out.
func Answer(lines ...string) Intercept {
	return Send(strings.Join(lines, "\r\n") + "\r\n")
}

// Send answers with these bytes; the command isn't carried out.
func Send(text string) Intercept {
	return func(c *Conn, _ Command) bool {
		_, _ = io.WriteString(c, text)
		return true
	}
}

// HangUp closes the connection in good order.
func HangUp() Intercept { return ending((*Conn).Close) }

// Cut closes the connection as if the server had died, without the
// close_notify of TLS.
func Cut() Intercept { return ending((*Conn).Cut) }

// Reset closes the connection with a RST of TCP.
func Reset() Intercept { return ending((*Conn).Reset) }

// Stall says nothing any more, until the client hangs up.
func Stall() Intercept { return ending((*Conn).Stall) }

// ending ends the session.
func ending(end func(*Conn)) Intercept {
	return func(c *Conn, _ Command) bool {
		end(c)
		return true
	}
}

// Delay waits before the command is carried out.
func Delay(d time.Duration) Intercept {
	return func(c *Conn, _ Command) bool {
		c.Sleep(d)
		return false
	}
}

// CarryOut carries out the command by the book, for something to follow: with
// Cut the client gets its answer and then finds the connection dead.
func CarryOut() Intercept {
	return func(c *Conn, cmd Command) bool {
		c.Do(cmd)
		return true
	}
}

// Endless answers with start, and then with repeat without end, until the
// client hangs up: a line that doesn't end, or a list.
func Endless(start, repeat string) Intercept {
	block := []byte(strings.Repeat(repeat, 1+4096/max(1, len(repeat))))
	return func(c *Conn, _ Command) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			_, err = c.Write(block)
		}
		return true
	}
}

// Drip answers with start, and then with one piece after each pause, without end,
// until the client hangs up.
func Drip(start, piece string, pause time.Duration) Intercept {
	return func(c *Conn, _ Command) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			c.Sleep(pause)
			_, err = io.WriteString(c, piece)
		}
		return true
	}
}

// ListUIDs answers UIDL for all messages with these lines, right or wrong.
func ListUIDs(lines ...string) Intercept {
	return onWhole("UIDL", lines)
}

// ListSizes answers LIST for all messages with these lines, right or wrong.
func ListSizes(lines ...string) Intercept {
	return onWhole("LIST", lines)
}

// onWhole answers a command without argument with a list.
func onWhole(verb string, lines []string) Intercept {
	whole := func(_ *Conn, cmd Command) bool { return cmd.Verb == verb && cmd.Arg == "" }
	return When(whole, func(c *Conn, _ Command) bool {
		c.lines("+OK", lines)
		return true
	})
}

// InjectAfterSTLS agrees to STLS and in the same packet, still in clear, sends
// text, as somebody between server and client would who wants it to be taken
// for what the server says under TLS.
func InjectAfterSTLS(text string) Intercept {
	return When(Verb("STLS"), func(c *Conn, _ Command) bool {
		c.Reply("+OK begin TLS")
		_, _ = io.WriteString(c, text)
		_ = c.StartTLS()
		return true
	})
}
