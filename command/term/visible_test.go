package term

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestVisible shows the same, wherever what is written is cut.
func TestVisible(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"text", "Subject: one\n\n\tGrüße, 来週　🔪\n", "Subject: one\n\n\tGrüße, 来週　🔪\n"},
		{"letters that are joined", "می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"},
		{"a title and an answer", "\x1b]0;title\x07\x1b[5n", `\x1b]0;title\a\x1b[5n`},
		{"the clipboard", "\x1b]52;c;cm0gLXJm\x1b\\", `\x1b]52;c;cm0gLXJm\x1b\`},
		{"Latin 1's escape", "\u009b31m", `\u009b31m`},
		{"the same as one byte", "\x9b31m", `\x9b31m`},
		{"the other direction", "\u202egpj.exe\u2066\u200f", `\u202egpj.exe\u2066\u200f`},
		{"what can't be seen", "a\u200b\ufeff\u2028\U000e0041", `a\u200b\ufeff\u2028\U000e0041`},
		{"wire line ends", "one\r\n\r\n", "one\r\n\r\n"},
		{"a line over another", "rm -rf ~\rls      \n", `rm -rf ~\rls      ` + "\n"},
		{"CR, CR, LF", "one\r\r\n", `one\r` + "\r\n"},
		{"a CR at the end", "one\r", `one\r`},
		{"backspaces, a bell, DEL and NUL", "ab\b\b\a\x7f\x00", `ab\b\b\a\x7f\x00`},
		{"Latin 1", "caf\xe9 cr\xe8me", `caf\xe9 cr\xe8me`},
		{"a character cut short", "a\xf0\x9f\x94", `a\xf0\x9f\x94`},
		{"an overlong escape", "\xc0\x9b\xe0\x80\x9b", `\xc0\x9b\xe0\x80\x9b`},
		{"half of a surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"the replacement character", "\ufffd", "\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for cut := range len(test.text) {
				var shown bytes.Buffer
				v := &visibleWriter{out: bufio.NewWriter(&shown)}
				for _, part := range []string{test.text[:cut], test.text[cut:]} {
					if n, err := io.WriteString(v, part); n != len(part) || err != nil {
						t.Fatalf("wrote %d of %d: %v", n, len(part), err)
					}
				}
				if err := v.Flush(); err != nil || shown.String() != test.want {
					t.Errorf("cut at %d: got %q, want %q; %v", cut, shown.String(), test.want, err)
				}
			}
		})
	}
}

// FuzzVisible has nothing harmful come out, and the same of whole texts as of
// single bytes.
func FuzzVisible(f *testing.F) {
	f.Add("caf\xe9 \x1b[2J\u202e\r\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		var whole, single bytes.Buffer
		v := &visibleWriter{out: bufio.NewWriter(&whole)}
		_, _ = io.WriteString(v, text)
		_ = v.Flush()
		v = &visibleWriter{out: bufio.NewWriter(&single)}
		for i := range len(text) {
			_, _ = io.WriteString(v, text[i:i+1])
		}
		_ = v.Flush()
		if whole.String() != single.String() {
			t.Errorf("as a whole %q, in bytes %q", whole.String(), single.String())
		}
		rest := strings.NewReplacer("\r\n", "", "\n", "", "\t", "", "\u200c", "", "\u200d", "").Replace(whole.String())
		if Clean(rest) != rest {
			t.Errorf("harmful: %q", whole.String())
		}
	})
}

// TestVisibleFails remembers that the terminal has gone.
func TestVisibleFails(t *testing.T) {
	reader, writer := io.Pipe()
	reader.CloseWithError(ErrUnread)
	v := &visibleWriter{out: bufio.NewWriterSize(writer, 16)}
	_, err := io.WriteString(v, strings.Repeat("\x1b", 100))
	if _, again := v.Write(nil); !errors.Is(err, ErrUnread) || !errors.Is(again, ErrUnread) {
		t.Errorf("got %v and %v", err, again)
	}
}
