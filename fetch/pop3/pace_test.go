package pop3

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// trickle sends a text in pieces, with a pause behind each, and the rest at
// once when there is no more piece.
func trickle(text string, piece int, pause time.Duration) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		for rest := text; len(rest) > 0; {
			n := min(piece, len(rest))
			if _, err := c.Write([]byte(rest[:n])); err != nil {
				return true
			}
			c.Sleep(pause)
			rest = rest[n:]
		}
		return true
	}
}

// TestTooSlow has servers that send now and then, never so seldom that the
// timeout would end it.
func TestTooSlow(t *testing.T) {
	body := "+OK\r\n" + strings.Repeat("a line of text\r\n", 4000) + ".\r\n"
	list := "+OK\r\n" + strings.Repeat("1 a\r\n", 4000) + ".\r\n"
	tests := []struct {
		name, command string
		harm          pop3d.Intercept
		ask           func(*Client) error
		slow          bool
	}{
		{"a byte a minute in a body", "RETR", trickle(body, 1, 59*time.Second), retrieveOne, true},
		{"a byte a second in a body", "RETR", trickle(body, 1, time.Second), retrieveOne, true},
		{"a slow link", "RETR", trickle(body, 100, time.Second), retrieveOne, false},
		{"a status line", "RETR", trickle("+OK "+strings.Repeat("x", 200), 1, 50*time.Second), retrieveOne, true},
		{"a list", "UIDL", trickle(list, 1, 30*time.Second), survey, true},
		{"a slow list", "UIDL", trickle(list, 64, time.Second), survey, false},
		{"a few late answers", "RETR", trickle("+OK\r\nshort\r\n.\r\n", 5, 50*time.Second), retrieveOne, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, pop3d.When(pop3d.Verb(test.command), test.harm), func(t *testing.T, _ context.Context, _ context.CancelCauseFunc, c *Client) {
				if err := greet(c); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				err := test.ask(c)
				took := time.Since(began)
				timeout, isTimeout := errors.AsType[net.Error](err)
				if !test.slow && err != nil || test.slow && (!isTimeout || !timeout.Timeout() || !strings.Contains(err.Error(), "no more than ")) {
					t.Errorf("after %v: %v", took, err)
				}
				if test.slow && took > 8*time.Minute {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func retrieveOne(c *Client) error { return drain(c.Retrieve(numbers(1))) }

func survey(c *Client) error {
	_, err := c.Survey(Survey{UIDs: true})
	return err
}
