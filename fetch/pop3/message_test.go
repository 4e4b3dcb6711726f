package pop3

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// unstuff is the dot reader in the simplest words: what RFC 1939 section 3
// says, line by line. rest is what follows the message.
func unstuff(wire string) (message, rest string, complete bool) {
	var lines strings.Builder
	for {
		line, after, found := strings.Cut(wire, "\r\n")
		switch {
		case !found:
			return lines.String(), "", false
		case line == ".":
			return lines.String(), after, true
		default:
			lines.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
			wire = after
		}
	}
}

// wires are messages as a server sends them, without the final dot.
var wires = []string{
	"",
	"\r\n",
	"\r\n\r\n",
	"a\r\n",
	"a\r\nb\r\n",
	"..\r\n",
	"...\r\n",
	"..\r\n..\r\n..\r\n",
	"..a\r\n",
	".a\r\n",
	"a\r\n..\r\nb\r\n",
	"a\r\n..b\r\n\r\n..\r\n",
	"a.\r\n",
	"a\r\r\n",
	"a\r\r\n..\r\n",
	"\r\r\n",
	"\r\r\r\n",
	"a\rb\r\n",
	"\r.\r\n",
	"a\r.\r\n",
	"a\nb\r\n",
	"\n\r\n",
	"\n.\r\n",
	"a\n.\r\n",
	"a\n.\nb\r\n",
	"a\n\r\n..\n\r\n",
	"..\n\r\n",
	".\n\r\n",
	".\ra\r\n",
	".\r\r\n",
	"..\r\r\n",
	"a\r\n.\r.\r\n",
	"\x00\r\n.\x00\r\n",
	"\n\r.\n\r..\r\n",
}

// How a caller may read a message.
var readings = map[string]func(m *Message) (string, error){
	"ReadAll": func(m *Message) (string, error) {
		text, err := io.ReadAll(m)
		return string(text), err
	},
	"OneByte": func(m *Message) (string, error) {
		text, err := io.ReadAll(iotest.OneByteReader(m))
		return string(text), err
	},
	"ThreeBytes": func(m *Message) (string, error) {
		var text strings.Builder
		_, err := io.CopyBuffer(&text, struct{ io.Reader }{m}, make([]byte, 3))
		return text.String(), err
	},
	"WriteTo": func(m *Message) (string, error) {
		var text strings.Builder
		n, err := m.WriteTo(&text)
		if n != int64(text.Len()) {
			err = fmt.Errorf("WriteTo counts %d of %d bytes", n, text.Len())
		}
		return text.String(), err
	},
}

// A replay is a client whose server sends something new each time.
type replay struct {
	t    testing.TB
	conn *tape
	c    *Client
}

// newReplay returns one that reads into a buffer of this size.
func newReplay(t testing.TB, buffer int) *replay {
	conn := new(tape)
	c := onTape(t, conn, nil)
	c.r = bufio.NewReaderSize(reader{c}, buffer)
	return &replay{t, conn, c}
}

// message retrieves a message from a server that sends these chunks, and
// checks that the session is in step behind it.
func (r *replay) message(chunks io.Reader, read func(m *Message) (string, error)) string {
	r.t.Helper()
	r.conn.Reader = chunks
	text, steps := "", 0
	for m, err := range r.c.Retrieve(numbers(1)) {
		if err != nil {
			r.t.Fatal(err)
		}
		if text, err = read(m); err != nil {
			r.t.Fatalf("%v behind %.200q", err, text)
		}
		if n, err := m.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			r.t.Fatalf("behind the end: %d, %v", n, err)
		}
		steps++
	}
	if steps != 1 {
		r.t.Fatalf("%d steps", steps)
	}
	if err := r.c.Noop(); err != nil {
		r.t.Fatalf("out of step: %v", err)
	}
	return text
}

const nextReply = "+OK next\r\n"

// TestMessageSplit cuts what the server sends in three at any two places.
func TestMessageSplit(t *testing.T) {
	for _, wire := range wires {
		whole := "+OK\r\n" + wire + ".\r\n" + nextReply
		want, rest, complete := unstuff(wire + ".\r\n" + nextReply)
		if !complete || rest != nextReply {
			t.Fatalf("%q is no message", wire)
		}
		for name, read := range readings {
			t.Run(fmt.Sprintf("%q/%s", wire, name), func(t *testing.T) {
				server := newReplay(t, 16) // the smallest of bufio
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

// TestMessageAtBufferEnd puts every message across the end of the buffer.
func TestMessageAtBufferEnd(t *testing.T) {
	const buffer = 1024
	line := strings.Repeat("x", 98) + "\r\n"
	server := newReplay(t, buffer)
	for _, wire := range wires {
		for shift := range len(wire) + 8 {
			padding := strings.Repeat(line, buffer/len(line)+1)[:buffer-shift-2]
			whole := padding + "\r\n" + wire + strings.Repeat(line, 10)
			want, _, _ := unstuff(whole + ".\r\n")
			conn := strings.NewReader("+OK\r\n" + whole + ".\r\n" + nextReply)
			if got := server.message(conn, readings["ReadAll"]); got != want {
				t.Fatalf("%q, shift %d: got %d bytes, want %d", wire, shift, len(got), len(want))
			}
		}
	}
}

// TestMessageCut has the server hang up at any place: what was read so far is
// right, and is never taken for the whole message.
func TestMessageCut(t *testing.T) {
	for _, wire := range wires {
		whole := wire + ".\r\n"
		for end := range len(whole) {
			sent := whole[:end]
			would, _, _ := unstuff(sent + "x\r\n.\r\n")
			c := answered(t, "+OK\r\n"+sent)
			for m, err := range c.Retrieve(numbers(1)) {
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(m)
				if !errors.Is(err, ErrHungUp) || !strings.HasPrefix(would, string(got)) {
					t.Fatalf("%q: %q, %v", sent, got, err)
				}
				break
			}
			if err := c.Noop(); !errors.Is(err, ErrHungUp) {
				t.Fatalf("%q: the connection lives on: %v", sent, err)
			}
		}
	}
}

// TestMessageOfServer compares with what pop3d had to send.
func TestMessageOfServer(t *testing.T) {
	var messages []pop3d.Message
	for _, body := range fault.OddBytes() {
		messages = append(messages, pop3d.Message{Body: body})
	}
	for body := range fault.Corpus(1, 200) {
		messages = append(messages, pop3d.Message{Body: body})
	}
	c := login(t, serve(t, &pop3d.Server{}, messages...), nil)
	i := 0
	for m, err := range c.Retrieve(upTo(len(messages))) {
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(m)
		if err != nil {
			t.Fatal(err)
		}
		want := messages[i].Body
		if len(want) > 0 && !bytes.HasSuffix(want, []byte("\r\n")) {
			want = append(slices.Clip(want), "\r\n"...)
		}
		if i++; m.Number != i || !bytes.Equal(got, want) {
			t.Errorf("message %d, number %d: got %d bytes, want %d", i, m.Number, len(got), len(want))
		}
	}
	if i != len(messages) {
		t.Errorf("%d messages", i)
	}
}

func TestMessageReadNothing(t *testing.T) {
	c := answered(t, "+OK\r\n.\r\n")
	for m := range c.Retrieve(numbers(1)) {
		if n, err := m.Read(nil); n != 0 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	}
}

// A writer that fails, or lies, ends WriteTo but not the session.
func TestMessageWriteToFails(t *testing.T) {
	c := answered(t, "+OK\r\nabc\r\n..\r\n.\r\n+OK\r\nabc\r\n.\r\n"+nextReply)
	writers := []io.Writer{short{}, failing{}}
	want := []error{io.ErrShortWrite, io.ErrClosedPipe}
	i := 0
	for m := range c.Retrieve(numbers(1, 2)) {
		if n, err := m.WriteTo(writers[i]); n != 0 || err != want[i] {
			t.Errorf("got %d, %v", n, err)
		}
		i++
	}
	if err := c.Noop(); err != nil || i != 2 {
		t.Error(i, err)
	}
}

type (
	failing struct{}
	short   struct{}
)

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
func (short) Write([]byte) (int, error)   { return 0, nil }
