package pop3

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"popfetch/fetch/pop3/turntest"
)

// FuzzMessage compares the dot reader with unstuff, whatever the server sends
// in whatever pieces.
func FuzzMessage(f *testing.F) {
	for i, wire := range wires {
		f.Add([]byte(wire+".\r\n"), uint8(i), uint8(7*i))
	}
	f.Add([]byte("never an end"), uint8(3), uint8(200))
	f.Fuzz(func(t *testing.T, wire []byte, chunk, block uint8) {
		want, _, complete := unstuff(string(wire))
		conn := &tape{Reader: io.MultiReader(strings.NewReader("+OK\r\n"), &chunked{wire, int(chunk) + 1})}
		c := onTape(t, conn, nil)
		for m, err := range c.Retrieve(numbers(1)) {
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			_, err := io.CopyBuffer(&got, struct{ io.Reader }{m}, make([]byte, int(block)+1))
			switch {
			case complete && (err != nil || got.String() != want):
				t.Fatalf("got %q, %v; want %q", &got, err, want)
			case !complete && !errors.Is(err, ErrHungUp):
				t.Fatalf("no end, and no error but %v", err)
			}
			break
		}
	})
}

// A chunked gives so many bytes at a time.
type chunked struct {
	text []byte
	size int
}

func (r *chunked) Read(p []byte) (int, error) {
	n := copy(p, r.text[:min(r.size, len(r.text))])
	r.text = r.text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// FuzzReply lets a server answer anything to everything: the client must come
// to an end, in words that are fit to be shown, and never ask a dead
// connection.
func FuzzReply(f *testing.F) {
	f.Add(turntest.Script(
		"+OK hi\r\n", "+OK\r\nSASL PLAIN\r\nPIPELINING\r\n.\r\n", "+OK\r\n", "-ERR hunter22 is wrong\r\n", "+OK 3 2\r\n",
		"+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n", "+OK\r\n1 2\r\n.\r\n",
		"+OK\r\na\r\n.\r\n", "-ERR\r\n", "+OK\r\n.\r\n", "+OK\r\n", "-ERR\r\n", "+OK\r\n", "+OK\r\n"))
	f.Add(turntest.Script("+OK\r\n", "-ERR\r\n", "-ERR [AUTH] x\r\n", "-ERR []\r\n", "-ERR [\r\n", "-ERR\r\n", "-ERR\r\n", "-ERR\r\n"))
	f.Add(turntest.Script("+OK\n", "+OK\n.\n", "+OK\n", "+OK\n", "+OK 0 0\n", "+OK\n2 b\n1 a\n2 c\n.\n", "+OK\n1 x\n3 -1\n.\n"))
	f.Add(turntest.Script("+OK\r\n", "+OK\r\n.\r\n", "+OK\r\n", "+OK\r\n", "+OK 99999999999999999999 1\r\n"))
	f.Add(turntest.Script("-ERR [IN-USE] x\r\n"))
	f.Add(turntest.Script("\x1b[2J\r\n"))
	f.Fuzz(func(t *testing.T, script []byte) {
		conn := turntest.Playing(script)
		c := onTape(t, conn, nil)
		step := func(err error) {
			t.Helper()
			checkError(t, c, conn, err)
		}
		c.secrets.Add("hunter22")
		_, err := c.Greeting()
		step(err)
		_, err = c.Capabilities()
		step(err)
		step(c.User("me", "hunter22"))
		_, _, err = c.Stat()
		step(err)
		items, err := c.Survey(Survey{UIDs: true, Sizes: true})
		step(err)
		checkItems(t, items)
		for _, err := range c.Retrieve(upTo(3)) {
			step(err)
		}
		for _, err := range c.Delete(upTo(3)) {
			step(err)
		}
		step(c.Quit())
	})
}

// checkError says whether an error is one of the two kinds, and no danger. A
// dead connection is one to which nothing is said any more.
func checkError(t *testing.T, c *Client, conn *turntest.Conn, err error) {
	t.Helper()
	_, refused := errors.AsType[*Error](err)
	if refused == (c.dead != nil) && err != nil {
		t.Fatalf("%v, but the connection is: %v", err, c.dead)
	}
	if err != nil && (len(err.Error()) > 5*maxShown || strings.ContainsAny(err.Error(), "\r\n\x00\x1b") ||
		strings.Contains(err.Error(), "hunter22")) {
		t.Fatalf("not fit to be shown: %q", err)
	}
	if c.dead != nil {
		if before := len(conn.Lines); c.Noop() == nil || len(conn.Lines) > before {
			t.Fatalf("asked %q, though %v", conn.Lines[len(conn.Lines)-1], c.dead)
		}
	}
}

func checkItems(t *testing.T, items []Item) {
	t.Helper()
	seen := make(map[int]bool)
	for _, item := range items {
		if item.Number < 1 || item.Size < -1 || seen[item.Number] {
			t.Fatalf("%+v", items)
		}
		seen[item.Number] = true
	}
}
