package pop3

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
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
			inBubble(t, fault.When(fault.Verb(test.command), test.harm), func(t *testing.T, _ context.Context, _ context.CancelCauseFunc, c *Client) {
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

// TestPace has links and servers of many paces, each as long as it goes.
func TestPace(t *testing.T) {
	long := func(bytes int) string { return "+OK\r\n" + strings.Repeat("a line of text\r\n", bytes/16) + ".\r\n" }
	tests := []struct {
		name           string
		harm           pop3d.Intercept
		told           int64
		timeout        time.Duration // the default if 0
		least, longest time.Duration // that it takes
		slow           bool
	}{
		{name: "a modem", harm: trickle(long(5<<20), 300, time.Second), told: 5 << 20, least: 4 * time.Hour, longest: 5 * time.Hour},
		{name: "a modem, no size told", harm: trickle(long(2<<20), 300, time.Second), least: time.Hour, longest: 2 * time.Hour},
		{name: "a modem, a size too small", harm: trickle(long(60<<10), 300, time.Second), told: 1, longest: 4 * time.Minute},
		{name: "a satellite", harm: trickle(long(20<<20), 600, 700*time.Millisecond), told: 20 << 20, longest: 8 * time.Hour},
		{name: "fast, no size told", harm: trickle(long(80<<20), 8<<10, time.Second), longest: 3 * time.Hour},
		{name: "slower than any, and a longer timeout", harm: trickle(long(1<<20), 100, time.Second), told: 1 << 20, timeout: 2 * time.Minute, longest: 3 * time.Hour},
		{name: "slower than any", harm: trickle(long(1<<20), 100, time.Second), told: 1 << 20, longest: 16 * time.Minute, slow: true},
		{name: "no end, slower than any", harm: fault.Drip("+OK\r\n", strings.Repeat("x", 98)+"\r\n", time.Second), longest: 16 * time.Minute, slow: true},
		{name: "no end, as slow as a modem", harm: fault.Drip("+OK\r\n", strings.Repeat("x", 298)+"\r\n", time.Second), told: 5000, longest: 16 * time.Minute, slow: true},
		{name: "no end, no size told", harm: fault.Drip("+OK\r\n", strings.Repeat("x", 298)+"\r\n", time.Second), longest: 3 * time.Hour, slow: true},
		{name: "no end, a huge size told", harm: fault.Drip("+OK\r\n", strings.Repeat("x", 298)+"\r\n", time.Second), told: 1 << 62, longest: 25 * time.Hour, slow: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, fault.When(fault.Verb("RETR"), test.harm), func(t *testing.T, _ context.Context, _ context.CancelCauseFunc, c *Client) {
				if err := greet(c); err != nil {
					t.Fatal(err)
				}
				c.UseWireSizes(func(int) int64 { return test.told })
				c.timeout = cmp.Or(test.timeout, c.timeout)
				began := time.Now()
				err := retrieveOne(c)
				if took := time.Since(began); took < test.least || took > test.longest {
					t.Errorf("it took %v", took)
				}
				if _, isSlow := errors.AsType[*slowError](err); isSlow != test.slow || !isSlow && err != nil {
					t.Errorf("it ended with %v", err)
				}
			})
		})
	}
}
