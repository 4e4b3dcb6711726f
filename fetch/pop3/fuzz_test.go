package pop3

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
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
	f.Add([]byte("+OK hi\r\n+OK\r\nSASL PLAIN\r\nPIPELINING\r\n.\r\n+OK 1 2\r\n+OK\r\n1 a\r\n.\r\n+OK\r\n1 2\r\n.\r\n+OK\r\na\r\n.\r\n+OK\r\n"))
	f.Add([]byte("+OK\r\n-ERR [IN-USE] x\r\n-ERR\r\n-ERR []\r\n-ERR [\r\n"))
	f.Add([]byte("+OK\n+OK\n.\n+OK 0 0\n+OK\n2 b\n1 a\n2 c\n.\n+OK\n1 x\n3 -1\n.\n"))
	f.Add([]byte("+OK\r\n+OK\r\n.\r\n+OK 99999999999999999999 1\r\n"))
	f.Add([]byte("\x1b[2J\r\n"))
	f.Fuzz(func(t *testing.T, replies []byte) {
		c := answered(t, string(replies))
		c.conceal("hunter22")
		_, err := c.Greeting()
		checkError(t, c, err)
		_, err = c.Capabilities()
		checkError(t, c, err)
		_, _, err = c.Stat()
		checkError(t, c, err)
		items, err := c.Survey(Survey{UIDs: true, Sizes: true})
		checkError(t, c, err)
		checkItems(t, items)
		for _, err := range c.Retrieve(upTo(3)) {
			checkError(t, c, err)
		}
		for _, err := range c.Delete(upTo(3)) {
			checkError(t, c, err)
		}
		checkError(t, c, c.Quit())
	})
}

// checkError says whether an error is one of the two kinds, and no danger.
func checkError(t *testing.T, c *Client, err error) {
	t.Helper()
	_, refused := errors.AsType[*Error](err)
	if refused == (c.dead != nil) && err != nil {
		t.Fatalf("%v, but the connection is: %v", err, c.dead)
	}
	if err != nil && (len(err.Error()) > 5*maxShown || strings.ContainsAny(err.Error(), "\r\n\x00\x1b") ||
		strings.Contains(err.Error(), "hunter22")) {
		t.Fatalf("not fit to be shown: %q", err)
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
