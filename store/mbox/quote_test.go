package mbox

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"popfetch/store/storetest"
)

// quote writes the text as a message of an mbox, size bytes at a time.
func quote(tb testing.TB, text []byte, size int) []byte {
	tb.Helper()
	out := bytes.NewBufferString("From x Mon Nov 23 05:25:00 2026\n")
	q := newQuoter(out)
	for len(text) > 0 {
		n := min(size, len(text))
		if m, err := q.Write(text[:n]); m != n || err != nil {
			tb.Fatalf("Write returned %d, %v for %d bytes", m, err, n)
		}
		text = text[n:]
	}
	if err := q.finishMessage(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// mustRead reads the mbox back and expects the messages in it.
func mustRead(tb testing.TB, mbox []byte, want ...[]byte) {
	tb.Helper()
	got, err := storetest.ParseMbox(mbox)
	if err != nil || len(got) != len(want) {
		tb.Fatalf("%q has %d messages, not %d (%v)", mbox, len(got), len(want), err)
	}
	for i, text := range want {
		if len(text) > 0 && text[len(text)-1] != '\n' {
			text = append(bytes.Clone(text), '\n')
		}
		if !bytes.Equal(got[i], text) {
			tb.Fatalf("%q was read back as %q", text, got[i])
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "\n"},
		{"\n", "\n\n"},
		{"a", "a\n\n"},
		{"a\n", "a\n\n"},
		{"From ", ">From \n\n"},
		{"From", "From\n\n"},
		{"F", "F\n\n"},
		{">", ">\n\n"},
		{">From x\n", ">>From x\n\n"},
		{">>>From x\n", ">>>>From x\n\n"},
		{"> From x\n", "> From x\n\n"},
		{"from x\nFROM x\n From x\n", "from x\nFROM x\n From x\n\n"},
		{"FFrom x\nFrFrom x\n>F>From x\n", "FFrom x\nFrFrom x\n>F>From x\n\n"},
		{"From\nFrom \nFrom", "From\n>From \nFrom\n\n"},
		{"From\r\n\rFrom \n", "From\r\n\rFrom \n\n"},
		{"\x00", "\x00\n\n"},
		{"xFrom From \nFrom From \n", "xFrom From \n>From From \n\n"},
	}
	for _, test := range tests {
		for size := 1; size <= len(test.text)+1; size++ {
			got := quote(t, []byte(test.text), size)
			_, body, _ := bytes.Cut(got, []byte("\n"))
			if string(body) != test.want {
				t.Errorf("%q by %d became %q, not %q", test.text, size, body, test.want)
			}
			mustRead(t, got, []byte(test.text))
		}
	}
}

// TestQuoteHoldsNothing writes a line of ever more ">", which may become a
// line to be quoted at any length.
func TestQuoteHoldsNothing(t *testing.T) {
	var n int
	q := newQuoter(writerFunc(func(p []byte) (int, error) { n += len(p); return len(p), nil }))
	block := bytes.Repeat([]byte(">"), 1<<16)
	for i := 1; i < 100; i++ {
		if q.Write(block); n != i*len(block) {
			t.Fatalf("of %d bytes only %d were passed on", i*len(block), n)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestQuoteErrors(t *testing.T) {
	for n := range 6 {
		left := n
		q := newQuoter(writerFunc(func(p []byte) (int, error) {
			if left--; left < 0 {
				return 0, io.ErrShortWrite
			}
			return len(p), nil
		}))
		_, err := io.Copy(struct{ io.Writer }{q}, bufio.NewReaderSize(strings.NewReader("a\nFrom x\nFr"), 16))
		if err == nil {
			_, err = q.Write([]byte("om y\n"))
		}
		if err == nil {
			err = q.finishMessage()
		}
		if err != io.ErrShortWrite {
			t.Errorf("a writer that fails after %d writes: the error is %v", n, err)
		}
	}
}

// FuzzQuote writes two messages and reads them back with a reader that shares
// no code with the writer.
func FuzzQuote(f *testing.F) {
	f.Add([]byte("From a\n>From b\n"), []byte("\n\nFrom"), uint8(1))
	f.Add([]byte(">>>>"), []byte("From \n"), uint8(3))
	f.Fuzz(func(t *testing.T, first, second []byte, size uint8) {
		mustRead(t, append(quote(t, first, 1+int(size)), quote(t, second, 1+int(size))...), first, second)
	})
}

func TestFromLine(t *testing.T) {
	now := time.Date(2026, 11, 3, 6, 5, 4, 0, time.FixedZone("", 3600))
	tests := map[string]string{
		"":                                                      noSender,
		"Return-Path: <me@example.org>\r\n\r\n":                 "me@example.org",
		"RETURN-PATH:me@example.org\n\n":                        "me@example.org",
		"Received: x\r\nReturn-Path: <a@b>\r\n":                 "a@b",
		"Return-Path: <a@b>":                                    "a@b",
		"Return-Path: <>\r\n":                                   noSender,
		"Return-Path: <a b@c>\r\n":                              noSender,
		"Return-Path: <a\tb@c>\r\n":                             noSender,
		"Return-Path: <a\rb@c>\r\n":                             noSender,
		"Return-Path: <\x1b[2J@c>\r\n":                          noSender,
		"Return-Path: <ü@c>\r\n":                                noSender,
		"Return-Path: <@x,@y:<a@b>>\r\n":                        noSender,
		"Return-Path:\r\n <a@b>\r\n":                            noSender,
		"Return-Path\r\n":                                       noSender,
		"Subject: x\r\n\r\nReturn-Path: <a@b>\r\n":              noSender,
		"Return-Path: <" + strings.Repeat("a", 300) + "@b>\r\n": noSender,
		"X: " + strings.Repeat("a", envelopeWindow) + "\r\nReturn-Path: <a@b>\r\n": noSender,
	}
	for text, want := range tests {
		in := bufio.NewReaderSize(strings.NewReader(text), envelopeWindow)
		if got := fromLine(in, now); got != "From "+want+" Tue Nov  3 05:05:04 2026\n" {
			t.Errorf("%.60q has the From_ line %q, not one of %s", text, got, want)
		}
		if rest, _ := io.ReadAll(in); string(rest) != text {
			t.Errorf("%.60q was changed to %.60q", text, rest)
		}
	}
}
