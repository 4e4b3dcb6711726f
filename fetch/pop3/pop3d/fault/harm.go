package fault

import (
	"io"
	"slices"
	"strings"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// Refuse answers "-ERR" and the text, which may begin with a response code;
// the command isn't carried out. As Greeting it is best followed by HangUp.
func Refuse(text string) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Refuse(text)
		return true
	}
}

// Answer answers with these lines, whatever they are; the command isn't
// carried out.
func Answer(lines ...string) pop3d.Intercept {
	return Send(strings.Join(lines, "\r\n") + "\r\n")
}

// Send answers with these bytes; the command isn't carried out.
func Send(text string) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		_, _ = io.WriteString(c, text)
		return true
	}
}

// HangUp closes the connection in good order.
func HangUp() pop3d.Intercept { return endSession((*pop3d.Conn).Close) }

// Cut closes the connection as if the server had died, without the
// close_notify of TLS.
func Cut() pop3d.Intercept { return endSession((*pop3d.Conn).Cut) }

// Reset closes the connection with a RST of TCP.
func Reset() pop3d.Intercept { return endSession((*pop3d.Conn).Reset) }

// Stall says nothing any more, until the client hangs up.
func Stall() pop3d.Intercept { return endSession((*pop3d.Conn).Stall) }

// endSession ends the session.
func endSession(end func(*pop3d.Conn)) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		end(c)
		return true
	}
}

// Delay waits before the command is carried out.
func Delay(d time.Duration) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Sleep(d)
		return false
	}
}

// CarryOut carries out the command by the book, for something to follow: with
// Cut the client gets its answer and then finds the connection dead.
func CarryOut() pop3d.Intercept {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		c.CarryOut(cmd)
		return true
	}
}

// Endless answers with start, and then with repeat without end, until the
// client hangs up: a line that doesn't end, or a list.
func Endless(start, repeat string) pop3d.Intercept {
	block := []byte(strings.Repeat(repeat, 1+4096/max(1, len(repeat))))
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			_, err = c.Write(block)
		}
		return true
	}
}

// Drip answers with start, and then with one piece after each pause, without end,
// until the client hangs up.
func Drip(start, piece string, pause time.Duration) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			c.Sleep(pause)
			_, err = io.WriteString(c, piece)
		}
		return true
	}
}

// ListUIDs answers UIDL for all messages with these lines, right or wrong.
func ListUIDs(lines ...string) pop3d.Intercept {
	return onWhole("UIDL", lines)
}

// ListSizes answers LIST for all messages with these lines, right or wrong.
func ListSizes(lines ...string) pop3d.Intercept {
	return onWhole("LIST", lines)
}

// onWhole answers a command without argument with a list.
func onWhole(verb string, lines []string) pop3d.Intercept {
	whole := func(_ *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == verb && cmd.Arg == "" }
	return When(whole, Answer(slices.Concat([]string{"+OK"}, lines, []string{"."})...))
}

// InjectAfterSTLS agrees to STLS and in the same packet, still in clear, sends
// text, as somebody between server and client would who wants it to be taken
// for what the server says under TLS.
func InjectAfterSTLS(text string) pop3d.Intercept {
	return When(Verb("STLS"), func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Reply("+OK begin TLS")
		_, _ = io.WriteString(c, text)
		_ = c.StartTLS()
		return true
	})
}
