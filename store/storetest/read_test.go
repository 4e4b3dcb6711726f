package storetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestParseMbox has the reader refuse what is no mboxrd: a reader that takes
// anything would test nothing.
func TestParseMbox(t *testing.T) {
	const from = "From me@example.org Mon Nov 23 05:25:00 2026\n"
	good := map[string][]string{
		"":                                      {},
		from + "\n":                             {""},
		from + "\n\n":                           {"\n"},
		from + "a\n\n" + from + "b\n\n":         {"a\n", "b\n"},
		from + "\n" + from + "\n":               {"", ""},
		from + ">From x\n>>From y\n\n":          {"From x\n>From y\n"},
		from + "> From\n>from x\n\n":            {"> From\n>from x\n"},
		from + "\n\n\n" + from + "a\n\n":        {"\n\n", "a\n"},
		from + "a\n\n\n" + from + "\n\n":        {"a\n\n", "\n"},
		from + ">From " + "x\n\n" + from + "\n": {"From x\n", ""},
	}
	for text, want := range good {
		got, err := ParseMbox([]byte(text))
		if err != nil || len(got) != len(want) {
			t.Errorf("%q has %d messages, not %d (%v)", text, len(got), len(want), err)
			continue
		}
		for i := range got {
			if string(got[i]) != want[i] {
				t.Errorf("message %d of %q is %q, not %q", i+1, text, got[i], want[i])
			}
		}
	}
	for _, text := range []string{
		"x", "\n", "From", "From me\n\n", from, from + "a", from + "a\n", from + "a\n" + from + "\n",
		strings.Replace(from, "Mon", "Mod", 1) + "\n", from + "a\n\nFrom x\n\n",
	} {
		if got, err := ParseMbox([]byte(text)); err == nil {
			t.Errorf("%q was read as %q", text, got)
		}
	}
}

func TestReadNothing(t *testing.T) {
	folder := t.TempDir()
	if got, err := ReadMbox(filepath.Join(folder, "mbox")); err != nil || len(got) != 0 {
		t.Errorf("an mbox that isn't there has %q (%v)", got, err)
	}
	if got, err := ReadMaildir(folder); err != nil || len(got) != 0 {
		t.Errorf("a Maildir that isn't there has %q (%v)", got, err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "new", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMaildir(folder); err == nil {
		t.Error("a folder was read as a message")
	}
}
