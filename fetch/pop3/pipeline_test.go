package pop3

import (
	"fmt"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// count counts the commands with a verb in the server's only session.
func count(s *pop3d.Server, verb string) int {
	n := 0
	for _, command := range s.Sessions()[0].Commands {
		if strings.HasPrefix(command, verb) {
			n++
		}
	}
	return n
}

// over are the kinds of connections to a server.
var over = map[string]func(t *testing.T, s *pop3d.Server) net.Conn{
	"TCP": func(t *testing.T, s *pop3d.Server) net.Conn {
		conn, err := net.DialTimeout("tcp", serve(t, s, small(3000, 200)...).Addr(), patience)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	},
	"TLS": func(t *testing.T, s *pop3d.Server) net.Conn {
		upgrade := secure(t, s)
		s.Implicit = true
		conn, err := net.DialTimeout("tcp", serve(t, s, small(3000, 200)...).Addr(), patience)
		if err != nil {
			t.Fatal(err)
		}
		if conn, err = upgrade(conn); err != nil {
			t.Fatal(err)
		}
		return conn
	},
	"Pipe": func(t *testing.T, s *pop3d.Server) net.Conn {
		s.SetUser("me", "a secret", pop3d.NewMaildrop(small(3000, 200)...))
		near, far := net.Pipe()
		go s.ServeConn(far)
		t.Cleanup(func() { s.Close() })
		return near
	},
}

// TestPipelining fetches and deletes as many messages as make the window move,
// and looks how many flights it took.
func TestPipelining(t *testing.T) {
	for name, connect := range over {
		for _, capable := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%v", name, capable), func(t *testing.T) {
				s := &pop3d.Server{Settle: 2 * time.Millisecond}
				messages, most := 3000, 40
				if !capable {
					s.Settle, s.LoginCapabilities = 0, []string{"TOP", "UIDL"}
					messages, most = 300, 700
				}
				c := loginOver(t, connect(t, s), nil)
				fetchAndDelete(t, c, messages)
				flights := s.Sessions()[0].Flights
				if flights > most || !capable && flights < 2*messages {
					t.Errorf("%d flights", flights)
				}
			})
		}
	}
}

func fetchAndDelete(t *testing.T, c *Client, messages int) {
	t.Helper()
	next := 1
	for m, err := range c.Retrieve(upTo(messages)) {
		if err != nil || m.Number != next {
			t.Fatalf("message %d: %v", next, err)
		}
		if n, err := io.Copy(io.Discard, m); n != 200 || err != nil {
			t.Fatalf("message %d: %d bytes, %v", next, n, err)
		}
		next++
	}
	for number, err := range c.Delete(upTo(messages)) {
		if err != nil {
			t.Fatalf("delete %d: %v", number, err)
		}
		next--
	}
	if err := c.Quit(); err != nil || next != 1 {
		t.Fatalf("%v, with %d messages left", err, next)
	}
}

// TestWindow looks at how many commands are under way at most, and in how many
// writes they left.
func TestWindow(t *testing.T) {
	// As many commands as fit, however long the numbers get.
	long, longWrites := CommandBytes/len("TOP 9223372036854775807 2147483647\r\n"), 6
	if strconv.IntSize == 32 {
		long, longWrites = CommandBytes/len("TOP 2147483647 2147483647\r\n"), 4
	}
	const guess = 64 << 10
	off, on, guessed := Options{Pipelining: Off}, Options{Pipelining: On}, Options{Pipelining: On, Expected: guess}
	tests := []struct {
		name         string
		size         int // of each message
		options      Options
		run          func(c *Client, step func(error))
		most, writes int
	}{
		{"RETR one by one", 0, off, retrieve(100), 1, 100},
		{"RETR of empty messages", 0, on, retrieve(10_000), maxCommands, 9},
		{"RETR of messages of 16 KB", 16 << 10, on, retrieve(3000), maxCommands, 5},
		{"RETR of messages of 16 KB, guessed", 16 << 10, guessed, retrieve(3000), windowBytes/(16<<10) - 1, 13},
		{"RETR of messages of 64 KB, guessed", 64 << 10, guessed, retrieve(600), windowBytes / guess, 9},
		{"RETR of messages of 3 MB, guessed", 3 << 20, guessed, retrieve(200), windowBytes / guess, 73},
		{"DELE", -1, on, remove(10_000), maxCommands, 9},
		{"DELE one by one", -1, off, remove(100), 1, 100},
		{"TOP with a long argument", 0, on, topFarAway(3000), long, longWrites},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := &tape{Reader: &repeated{text: reply(test.size)}}
			c := onTape(t, conn, &test.options)
			steps, most := 0, 0
			test.run(c, func(err error) {
				if err != nil {
					t.Fatal(err)
				}
				most = max(most, conn.lines-steps)
				steps++
			})
			if steps != conn.lines {
				t.Errorf("%d commands, %d replies", conn.lines, steps)
			}
			if most != test.most || conn.writes != test.writes {
				t.Errorf("%d commands under way, want %d; %d writes, want %d", most, test.most, conn.writes, test.writes)
			}
		})
	}
}

func retrieve(n int) func(c *Client, step func(error)) {
	return func(c *Client, step func(error)) {
		for _, err := range c.Retrieve(upTo(n)) {
			step(err)
		}
	}
}

func remove(n int) func(c *Client, step func(error)) {
	return func(c *Client, step func(error)) {
		for _, err := range c.Delete(upTo(n)) {
			step(err)
		}
	}
}

func topFarAway(n int) func(c *Client, step func(error)) {
	return func(c *Client, step func(error)) {
		far := func(yield func(int) bool) {
			for i := range n {
				if !yield(math.MaxInt - i) {
					return
				}
			}
		}
		for _, err := range c.Top(far, math.MaxInt32) {
			step(err)
		}
	}
}

// reply is one with a message of size bytes, or without one if it is negative.
func reply(size int) string {
	if size < 0 {
		return "+OK\r\n"
	}
	return "+OK\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", size/64) + ".\r\n"
}

// A repeated reads a text over and over.
type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.at == len(r.text) {
		r.at = 0
	}
	n := copy(p, r.text[r.at:])
	r.at += n
	return n, nil
}

// The numbers under way take no more memory in a big maildrop.
func TestQueue(t *testing.T) {
	var q queue
	for i := range 100_000 {
		q.push(2*i, 1)
		q.push(2*i+1, 1)
		if i >= 100 {
			q.pop()
			q.pop()
		}
	}
	if q.len() != 200 || q.bytes != 200 || cap(q.commands) > 2000 {
		t.Errorf("%d commands of %d bytes in %d places", q.len(), q.bytes, cap(q.commands))
	}
	for want := 200_000 - 200; q.len() > 0; want++ {
		if got := q.pop(); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	}
}
