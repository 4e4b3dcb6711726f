package pop3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestEndless has a server that doesn't stop, wherever the client waits for a
// line or a list. Each time that is a ProtocolError, and soon.
func TestEndless(t *testing.T) {
	lowerBounds(t)
	line, list := fault.Endless("+OK ", "x"), fault.Endless("+OK\r\n", "1 x\r\n")
	tests := []struct {
		verb string
		harm pop3d.Intercept
		ask  func(c *Client) error
	}{
		{pop3d.Greeting, line, func(c *Client) error { _, err := c.Greeting(); return err }},
		{pop3d.Greeting, fault.Endless("", "\x00"), func(c *Client) error { _, err := c.Greeting(); return err }},
		{"CAPA", line, func(c *Client) error { _, err := c.Capabilities(); return err }},
		{"CAPA", list, func(c *Client) error { _, err := c.Capabilities(); return err }},
		{"CAPA", fault.Endless("+OK\r\n", "x"), func(c *Client) error { _, err := c.Capabilities(); return err }},
		{"STLS", line, func(c *Client) error { return c.StartTLS(noTLS) }},
		{"USER", fault.Endless("-ERR [", "x"), func(c *Client) error { return c.User("me", "a secret") }},
		{"AUTH", fault.Endless("+ ", "x"), func(c *Client) error { return c.Auth(&parrot{}, "a secret") }},
		{"AUTH", fault.Endless("", "+ x\r\n"), func(c *Client) error { return c.Auth(&parrot{}, "a secret") }},
		{"STAT", line, func(c *Client) error { _, _, err := c.Stat(); return err }},
		{"UIDL", line, func(c *Client) error { _, err := c.Survey(Survey{UIDs: true}); return err }},
		{"UIDL", fault.Endless("+OK\r\n1 ", "x"), func(c *Client) error { _, err := c.Survey(Survey{UIDs: true}); return err }},
		{"UIDL", list, func(c *Client) error { _, err := c.Survey(Survey{UIDs: true}); return err }},
		{"LIST", list, func(c *Client) error { _, err := c.Survey(Survey{Sizes: true}); return err }},
		{"RETR", line, func(c *Client) error { return drain(c.Retrieve(numbers(1))) }},
		{"DELE", line, func(c *Client) error { return lastError(c.Delete(numbers(1))) }},
		{"QUIT", fault.Endless("", "y"), (*Client).Quit},
	}
	for _, test := range tests {
		t.Run(test.verb, func(t *testing.T) {
			s := serve(t, &pop3d.Server{Intercept: fault.When(fault.Verb(test.verb), test.harm)})
			conn, err := net.DialTimeout("tcp", s.Addr(), patience)
			if err != nil {
				t.Fatal(err)
			}
			c := New(context.Background(), conn, &Options{Timeout: patience})
			defer c.Close()
			if test.verb != pop3d.Greeting {
				if _, err := c.Greeting(); err != nil {
					t.Fatal(err)
				}
			}
			err = test.ask(c)
			if _, ok := errors.AsType[*ProtocolError](err); !ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

// lowerBounds saves a test the time that a listing as long as can be takes.
func lowerBounds(t *testing.T) {
	whole := listingBound
	t.Cleanup(func() { listingBound = whole })
	listingBound.lines, listingBound.bytes = whole.lines/16, whole.bytes/16
}

// noTLS is what should not be reached.
func noTLS(net.Conn) (net.Conn, error) { return nil, errors.New("TLS begins") }

// A parrot is a mechanism that says what the server says.
type parrot struct{}

func (*parrot) Start() (string, []byte, error)        { return "PARROT", nil, nil }
func (*parrot) Next(challenge []byte) ([]byte, error) { return challenge, nil }

// drain reads all messages, and returns the last error.
func drain(messages func(yield func(*Message, error) bool)) (last error) {
	for m, err := range messages {
		if err == nil {
			_, err = io.Copy(io.Discard, m)
		}
		last = err
	}
	return last
}

func lastError(replies func(yield func(int, error) bool)) (last error) {
	for _, err := range replies {
		last = err
	}
	return last
}

// TestListingBeyondBounds has lists that each stay below the other bound.
func TestListingBeyondBounds(t *testing.T) {
	lowerBounds(t)
	tests := []struct{ name, start, line string }{
		{"lines", "+OK\r\n", "1 a\r\n"},
		{"bytes", "+OK\r\n", "1 " + strings.Repeat("a", 16000) + "\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := &tape{Reader: io.MultiReader(strings.NewReader(test.start), &repeated{text: test.line})}
			c := onTape(t, conn, nil)
			_, err := c.Survey(Survey{UIDs: true})
			if garbled, ok := errors.AsType[*ProtocolError](err); !ok || garbled.Problem != listingBound.problem || garbled.Hint() == "" {
				t.Errorf("got %v", err)
			}
			if got := c.BytesReceived(); got > int64(listingBound.bytes)*3/2 {
				t.Errorf("%d bytes were read", got)
			}
		})
	}
}

// TestListingMemory holds a listing to the memory that
// it may take: 32 bytes for each item, and its UID.
func TestListingMemory(t *testing.T) {
	const messages = 200_000
	text := multiUIDL(messages)
	before := heap()
	c := onTape(t, &tape{Reader: strings.NewReader(text)}, nil)
	items, err := c.Survey(Survey{UIDs: true})
	if err != nil || len(items) != messages {
		t.Fatal(len(items), err)
	}
	if grown := heap() - before; grown > 80*messages {
		t.Errorf("%d bytes for each message", grown/messages)
	}
	runtime.KeepAlive(items)
	runtime.KeepAlive(text)
}

// multiUIDL is a reply to UIDL with so many messages.
func multiUIDL(messages int) string {
	var b strings.Builder
	b.WriteString("+OK\r\n")
	for i := range messages {
		fmt.Fprintf(&b, "%d %08x000a%08x\r\n", i+1, 0x5f3759df, i)
	}
	b.WriteString(".\r\n")
	return b.String()
}

// TestMessageMemory reads a message far bigger than all buffers.
func TestMessageMemory(t *testing.T) {
	const size = 256 << 20
	line := strings.Repeat("x", 62) + "\r\n"
	body := io.LimitReader(&repeated{text: strings.Repeat(line, 1024)}, size)
	c := onTape(t, &tape{Reader: io.MultiReader(strings.NewReader("+OK\r\n"), body, strings.NewReader(".\r\n"))}, nil)
	before := heap()
	for m, err := range c.Retrieve(numbers(1)) {
		if err != nil {
			t.Fatal(err)
		}
		if n, err := m.WriteTo(io.Discard); n != size || err != nil {
			t.Error(n, err)
		}
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("the heap has grown by %d KB", grown>>10)
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
