package match

import (
	"bytes"
	"strings"
	"testing"
)

// headerOf is what a HeaderCopy keeps of a message that comes in such pieces.
func headerOf(pieces ...string) string {
	var h HeaderCopy
	h.Reset()
	for _, piece := range pieces {
		h.Write([]byte(piece))
	}
	return string(h.Text)
}

// TestHeaderCopy finds the end of the header, wherever the pieces end in which
// the message comes.
func TestHeaderCopy(t *testing.T) {
	for _, tc := range []struct{ name, message, want string }{
		{"usual", "A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nA: 3\r\n", "A: 1\r\nB: 2\r\n"},
		{"bare LF", "A: 1\nB: 2\n\nbody\n\nA: 3\n", "A: 1\nB: 2\n"},
		{"both", "A: 1\r\nB: 2\n\r\nbody", "A: 1\r\nB: 2\n"},
		{"CR and CRLF is no empty line", "A: 1\r\n\r\r\nB: 2\r\n\r\n", "A: 1\r\n\r\r\nB: 2\r\n"},
		{"no header", "\r\nSubject: body\r\n", ""},
		{"no header, bare LF", "\nSubject: body\r\n", ""},
		{"no body", "A: 1\r\n", "A: 1\r\n"},
		{"no line end", "A: 1", "A: 1"},
		{"nothing", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := headerOf(tc.message); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if got := headerOf(strings.Split(tc.message, "")...); got != tc.want {
				t.Errorf("byte by byte %q, want %q", got, tc.want)
			}
		})
	}
}

// TestHeaderCopyIsBounded keeps no more of an endless header than it may.
func TestHeaderCopyIsBounded(t *testing.T) {
	var h HeaderCopy
	for range 100 {
		n, err := h.Write(bytes.Repeat([]byte("X: y\r\n"), 1000))
		if n != 6000 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(h.Text) != MaxHeader {
		t.Errorf("it keeps %d bytes", len(h.Text))
	}
	h.Reset()
	h.Write([]byte("A: 1\r\n\r\n"))
	if string(h.Text) != "A: 1\r\n" {
		t.Errorf("after the next message it keeps %q", h.Text)
	}
}
