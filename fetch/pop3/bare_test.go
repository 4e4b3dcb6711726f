package pop3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// unstuffBare is unstuff for a server that ends all its lines with LF.
func unstuffBare(wire string) (message, rest string, complete bool) {
	var lines strings.Builder
	for {
		line, after, found := strings.Cut(wire, "\n")
		switch {
		case !found:
			return lines.String(), "", false
		case line == "." || line == ".\r":
			return lines.String(), after, true
		default:
			lines.WriteString(strings.TrimPrefix(line, ".") + "\n")
			wire = after
		}
	}
}

// bareWires are messages as such a server sends them, without the final dot.
var bareWires = []string{
	"", "\n", "\n\n", "a\n", "a\nb\n", "..\n", "...\n", "..\n..\n..\n", ".a\n", "a\n..\nb\n", "a\n..b\n\n..\n", "a.\n",
	"a\r\n", "a\r\n..\r\n", "\r\n", "a\rb\n", "\r.\n", "a\r.\n", ".\ra\n", "..\r\n", ".\r\r\n", "\x00\n.\x00\n", "\r\n\n..\n\r\n",
}

func TestBareMessageSplit(t *testing.T) {
	for _, wire := range bareWires {
		for _, dot := range []string{".\n", ".\r\n"} {
			whole := "+OK\n" + wire + dot + "+OK next\n"
			want, rest, complete := unstuffBare(wire + dot + "+OK next\n")
			if !complete || rest != "+OK next\n" {
				t.Fatalf("%q is no message", wire)
			}
			for name, read := range readings {
				t.Run(fmt.Sprintf("%q/%q/%s", wire, dot, name), func(t *testing.T) {
					server := newReplay(t, 16)
					server.c.bare = true
					for i := range len(whole) {
						for j := range len(whole) - i {
							if got := server.message(inChunks(whole, i, j), read); got != want {
								t.Fatalf("cut at %d and %d: got %q, want %q", i, i+j, got, want)
							}
						}
					}
					if got := server.message(iotest.OneByteReader(strings.NewReader(whole)), read); got != want {
						t.Fatalf("byte by byte: got %q, want %q", got, want)
					}
				})
			}
		}
	}
}

// FuzzBareMessage compares with unstuffBare.
func FuzzBareMessage(f *testing.F) {
	for i, wire := range bareWires {
		f.Add([]byte(wire+".\n"), uint8(i), uint8(7*i))
	}
	f.Add([]byte("a\r\n.\r\nb"), uint8(3), uint8(200))
	f.Fuzz(func(t *testing.T, wire []byte, chunk, block uint8) {
		want, _, complete := unstuffBare(string(wire))
		c := onTape(t, &tape{Reader: io.MultiReader(strings.NewReader("+OK\n"), &chunked{wire, int(chunk) + 1})}, nil)
		c.bare = true
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

// bareEnds are how the lines of a server end, and whether LF, dot, LF then ends
// a message of it.
var bareEnds = []struct {
	name                       string
	greeting, capa, uidl, retr string
	bare                       bool
}{
	{"all", "\n", "\n", "\n", "\n", true},
	{"none", "\r\n", "\r\n", "\r\n", "\r\n", false},
	{"all but the greeting", "\r\n", "\n", "\n", "\n", false},
	{"all but one list", "\n", "\r\n", "\n", "\n", false},
	{"all but another list", "\n", "\n", "\r\n", "\n", false},
	{"all but the yes to RETR", "\n", "\n", "\n", "\r\n", false},
	{"only the greeting", "\n", "\r\n", "\r\n", "\r\n", false},
}

func TestBareIsRecognised(t *testing.T) {
	for _, test := range bareEnds {
		t.Run(test.name, func(t *testing.T) {
			replies := []string{
				"+OK hi" + test.greeting, strings.ReplaceAll("+OK|UIDL|.|", "|", test.capa), strings.ReplaceAll("+OK|1 a|.|", "|", test.uidl),
				"+OK" + test.retr + "one\n.\n", "two\r\n.\r\n",
			}
			c := onTape(t, &tape{Reader: io.MultiReader(readers(replies)...)}, nil)
			_, capaErr := c.Greeting()
			if err := errors.Join(capaErr, c.UniqueIDs(true, noUID, nil)); err != nil {
				t.Fatal(err)
			}
			for m, err := range c.Retrieve(numbers(1)) {
				if err != nil {
					t.Fatal(err)
				}
				want := map[bool]string{true: "one\n", false: "one\n.\ntwo\r\n"}[test.bare]
				if got, err := io.ReadAll(m); string(got) != want || err != nil {
					t.Errorf("got %q, %v; want %q", got, err, want)
				}
				break
			}
		})
	}
}

// readers are one for each text.
func readers(texts []string) (all []io.Reader) {
	for _, text := range texts {
		all = append(all, strings.NewReader(text))
	}
	return all
}

// TestBareEndIsNone has a part of a message look like its end: what follows
// shows it, and what came so far isn't taken for the message.
func TestBareEndIsNone(t *testing.T) {
	c := onTape(t, &tape{Reader: io.MultiReader(readers([]string{"+OK hi\n", "+OK\none\n.\ntwo\r\n.\r\n"})...)}, nil)
	c.Greeting()
	for m, err := range c.Retrieve(numbers(1)) {
		if err != nil {
			t.Fatal(err)
		}
		_, err := io.ReadAll(m)
		if _, ok := errors.AsType[*ProtocolError](err); !ok || strings.Contains(err.Error(), "two") {
			t.Errorf("got %v", err)
		}
		break
	}
}

// TestBareServer gets odd messages from a whole server of the kind.
func TestBareServer(t *testing.T) {
	var messages []pop3d.Message
	for _, body := range fault.OddBytes() {
		messages = append(messages, pop3d.Message{Body: body})
	}
	for body := range fault.Corpus(1, 100) {
		messages = append(messages, pop3d.Message{Body: body})
	}
	getBare(t, login(t, serve(t, &pop3d.Server{BareLF: true}, messages...), nil), messages)
}

// getBare gets all messages from a server that ends its lines with LF.
func getBare(t *testing.T, c *Client, messages []pop3d.Message) {
	t.Helper()
	if !c.Announced().Has(CapPipelining) || c.IsPipelining() {
		t.Error("it pipelines")
	}
	i := 0
	for m, err := range c.Retrieve(upTo(len(messages))) {
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(m)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.ReplaceAll(messages[i].Body, []byte("\r\n"), []byte("\n"))
		if len(want) > 0 && !bytes.HasSuffix(want, []byte("\n")) {
			want = append(want, '\n')
		}
		if i++; !bytes.Equal(got, want) {
			t.Errorf("message %d: got %.100q, want %.100q", i, got, want)
		}
	}
	if err := c.Quit(); err != nil || i != len(messages) {
		t.Errorf("%d messages, %v", i, err)
	}
}

// A properlyGreeted is a connection to a server that ends its lines with LF, behind a proxy
// that ends its own greeting with CRLF.
type properlyGreeted struct {
	net.Conn
	greeted bool
}

func (c *properlyGreeted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p[:len(p)-1])
	if c.greeted || err != nil {
		return n, err
	}
	c.greeted = true
	return copy(p, bytes.ReplaceAll(bytes.Clone(p[:n]), []byte("\n"), []byte("\r\n"))), nil
}

// quicken saves a test the time in which a server falls silent.
func quicken(t *testing.T) {
	before := silence
	t.Cleanup(func() { silence = before })
	silence = 100 * time.Millisecond
}

// TestBareButGreeting gets messages from a server of which only the greeting has CRLF. Only
// the first of them waits for the silence behind it.
func TestBareButGreeting(t *testing.T) {
	quicken(t)
	messages := mails("first\r\n.\r\n..\r\n.a\r\n", "\r\n", "\r\n.\r\n", "")
	for _, body := range fault.OddBytes() {
		messages = append(messages, pop3d.Message{Body: body})
	}
	server := serve(t, &pop3d.Server{BareLF: true}, messages...)
	conn, err := net.DialTimeout("tcp", server.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	getBare(t, loginOver(t, &properlyGreeted{Conn: conn}, nil), messages)
	if took := time.Since(began); took < silence || took > time.Duration(len(messages))*silence {
		t.Errorf("it took %v", took)
	}
}

// TestCarelessReplies has a server end its replies with LF alone, but for the greeting, and
// its messages as it should: nothing but CRLF, dot, CRLF ends them, and where that isn't
// clear, there is an error at once.
func TestCarelessReplies(t *testing.T) {
	for name, test := range map[string]struct {
		wire    []string // as it comes, piece by piece
		want    string
		unclear bool
	}{
		"proper lines":           {[]string{"one\r\ntwo\n.\n", "+OK\n..\r\n.\r\n"}, "one\r\ntwo\n.\n+OK\n..\r\n", false},
		"at first LF":            {[]string{"one\ntwo\r\nthree\n.\n", "..\r\n.\r\n"}, "one\ntwo\r\nthree\n.\n..\r\n", false},
		"an end in a piece":      {[]string{"one\n.\ntwo\r\n.\r\n"}, "one\n.\ntwo\r\n", false},
		"an end behind a piece":  {[]string{"one\n.\n", "two\r\n..\r\n.\r\n"}, "one\n.\ntwo\r\n.\r\n", false},
		"half a proper end":      {[]string{"one\n.\r\ntwo\r\n.\r\n"}, "one\n.\r\ntwo\r\n", false},
		"nothing but an end":     {[]string{".\r\n"}, "", false},
		"a dot at the beginning": {[]string{"..one\n.\ntwo\r\n.\r\n"}, ".one\n.\ntwo\r\n", false},
		"stuffed":                {[]string{"one\n..two\nthree\r\n.\r\n"}, "", true},
		"stuffed, and no end":    {[]string{"one\n..two\n.\n", "three\r\n.\r\n"}, "", true},
		"stuffed, half an end":   {[]string{"one\n..two\n.\r\n"}, "", true},
		"a CR in another piece":  {[]string{"one\n..two\r", "\n.\r\n"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			wire := append([]string{"+OK hi\r\n", "+OK\n"}, test.wire...)
			c := onTape(t, &tape{Reader: io.MultiReader(readers(wire)...)}, nil)
			c.Greeting()
			for m, err := range c.Retrieve(numbers(1)) {
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(m)
				if _, unclear := errors.AsType[*ProtocolError](err); unclear != test.unclear || !unclear && err != nil {
					t.Errorf("got %q, %v", got, err)
				}
				if !test.unclear && string(got) != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
				break
			}
		})
	}
}
