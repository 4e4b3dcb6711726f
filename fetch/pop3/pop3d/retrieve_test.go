package pop3d_test

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// stuffed is a body as RFC 1939 wants it sent, done the plain way.
func stuffed(body string) string {
	if body != "" && !strings.HasSuffix(body, "\r\n") {
		body += "\r\n"
	}
	lines := strings.Split(body, "\r\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[i] = "." + line
		}
	}
	return strings.Join(lines, "\r\n") + ".\r\n"
}

// sent is a body as a dotWriter sends it, given it in blocks of n bytes.
func sent(body string, n int) string {
	var out bytes.Buffer
	w := pop3d.NewDotWriter(&out)
	for block := range bytesChunks(body, n) {
		_, _ = w.Write(block)
	}
	w.End()
	return out.String()
}

// bytesChunks cuts text in pieces of n bytes.
func bytesChunks(text string, n int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for from := 0; from < len(text); from += n {
			if !yield([]byte(text[from:min(from+n, len(text))])) {
				return
			}
		}
	}
}

func TestOddBytes(t *testing.T) {
	names := make(map[string]bool)
	for name, body := range fault.OddBytes() {
		if names[name] {
			t.Errorf("two of the name %q", name)
		}
		names[name] = true
		want := stuffed(string(body))
		if got := sent(string(body), 1<<20); got != want {
			t.Errorf("%s: sent as %q, want %q", name, got, want)
		}
	}
	if len(names) < 20 {
		t.Errorf("only %d", len(names))
	}
}

func FuzzDotWriter(f *testing.F) {
	for _, body := range fault.OddBytes() {
		f.Add(string(body))
	}
	f.Add("\r\n.\r\n..\r\n.\r\n\r\n.")
	f.Fuzz(func(t *testing.T, body string) {
		want := stuffed(body)
		for _, n := range []int{1, 2, 3, 7, 1 << 20} {
			if got := sent(body, n); got != want {
				t.Errorf("%.200q in blocks of %d: got %.200q, want %.200q", body, n, got, want)
			}
		}
	})
}

func TestDotWriterErrors(t *testing.T) {
	broken := errors.New("broken")
	for room := range 6 {
		w := pop3d.NewDotWriter(&limited{room: room, err: broken})
		if n, err := w.Write([]byte(".\r\n.x")); !errors.Is(err, broken) || n > room {
			t.Errorf("with room for %d: %d, %v", room, n, err)
		}
	}
}

// A limited takes so many bytes and then fails.
type limited struct {
	room int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.room)
	l.room -= n
	if n < len(p) {
		return n, l.err
	}
	return n, nil
}

func TestTop(t *testing.T) {
	for _, test := range []struct {
		body  string
		lines int64
		want  string
	}{
		{"", 0, ""},
		{"A: b\r\n", 0, "A: b\r\n"},
		{"A: b\r\n", 3, "A: b\r\n"},
		{"A: b\r\n\r\n", 0, "A: b\r\n\r\n"},
		{"A: b\r\n\r\nx\r\ny\r\n", 0, "A: b\r\n\r\n"},
		{"A: b\r\n\r\nx\r\ny\r\n", 1, "A: b\r\n\r\nx\r\n"},
		{"A: b\r\n\r\nx\r\ny\r\n", 2, "A: b\r\n\r\nx\r\ny\r\n"},
		{"A: b\r\n\r\nx\r\ny\r\n", 1 << 40, "A: b\r\n\r\nx\r\ny\r\n"},
		{"A: b\r\n\r\n\r\n\r\ny", 2, "A: b\r\n\r\n\r\n\r\n"},
		{"\r\nx\r\ny", 1, "\r\nx\r\n"},
		{"A: b\n\nx\ny\n", 1, "A: b\n\nx\n"},
		{"A: b\r\n\r\r\nx\r\n\r\ny", 0, "A: b\r\n\r\r\nx\r\n\r\n"},
	} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "with error": iotest.DataErrReader,
		} {
			got, err := io.ReadAll(pop3d.NewTopReader(wrap(strings.NewReader(test.body)), test.lines))
			if string(got) != test.want || err != nil {
				t.Errorf("%d lines of %q, %s: got %q, %v, want %q", test.lines, test.body, name, got, err, test.want)
			}
		}
	}
}

// TestBodyThatBreaks must not look like a whole message.
func TestBodyThatBreaks(t *testing.T) {
	closed := make(chan bool, 1)
	open := func() io.Reader {
		return &closing{io.MultiReader(strings.NewReader("A: b\r\n"), iotest.ErrReader(io.ErrNoProgress)), closed}
	}
	s := start(t, &pop3d.Server{Users: map[string]pop3d.User{"me": {"", pop3d.NewMaildrop(pop3d.Message{Open: open, Size: 99})}}})
	p := dial(t, s)
	p.send("USER me\r\nPASS \r\nRETR 1\r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK 1 messages\nS: +OK 99 octets")
	if got := p.expectEnd(); got != "A: b\r\n" {
		t.Errorf("got %q", got)
	}
	<-closed
}

// A closing tells that it was closed.
type closing struct {
	io.Reader
	closed chan<- bool
}

func (c *closing) Close() error {
	c.closed <- true
	return nil
}

// TestLargeMessage fetches 256 MB and watches the heap.
func TestLargeMessage(t *testing.T) {
	const size = 256 << 20
	message := fault.Large("big", size)
	s := start(t, &pop3d.Server{Users: map[string]pop3d.User{"me": {"", pop3d.NewMaildrop(message)}}})
	p := dial(t, s)
	p.send("USER me\r\nPASS \r\nLIST 1\r\nRETR 1\r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK 1 messages\nS: +OK 1 268435456\nS: +OK 268435456 octets")

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var got, want maphash.Hash
	want.SetSeed(got.Seed())
	if _, err := io.CopyN(&want, message.Open(), size); err != nil {
		t.Fatal(err)
	}
	wire := 0
	for length := int64(0); length < size; {
		line, err := p.r.ReadSlice('\n')
		if err != nil {
			t.Fatal(err)
		}
		wire += len(line)
		line = bytes.TrimPrefix(line, pop3d.Dot)
		length += int64(len(line))
		_, _ = got.Write(line)
	}
	p.expect(".")
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
		t.Errorf("%d bytes allocated", grown)
	}
	if got.Sum64() != want.Sum64() {
		t.Error("the message has changed on its way")
	}
	if wire == size {
		t.Error("no dot was doubled")
	}
}
