package mbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"popfetch/store"
	"popfetch/store/mbox"
)

// TestNoMbox has a slip for a path: a file of anything but mail, itself or at
// the end of a link. It is refused before anything is fetched, and untouched.
func TestNoMbox(t *testing.T) {
	for text, refused := range map[string]bool{
		"Host example.org\n\tUser me\n": true,
		"x":                             true,
		"From: me\nTo: you\n\nMail\n":   true,
		" From me\n":                    true,
		"\nHost example.org\n":          true,
		"\x00\x00\x00\x20ftyp":          true,
		"\x7fELF\x02\x01":               true,
		strings.Repeat("\n", 600) + "x": false, // who could tell
		"":                              false,
		"\n":                            false,
		former:                          false,
		"\n" + former:                   false,
		"From ":                         false,
		"Fro":                           false, // a crash of ours cut it short
		"Fro\n\n" + former:              false,
		"\x00\x00\x00\x00\x00\x00":      false, // or left this
	} {
		for _, linked := range []bool{false, true} {
			w := newWorld(t)
			w.write(text)
			if file := w.path; linked {
				w.path = filepath.Join(t.TempDir(), "link")
				w.must(os.Symlink(file, w.path))
			}
			m, err := mbox.Open(w.path, w.state, "work.spool", "id", nil)
			if m != nil {
				w.must(m.Close())
			}
			is := errors.Is(err, mbox.ErrNotMbox) && errors.As(err, new(*store.Error))
			if is != refused || errors.Is(mbox.Check(w.path), mbox.ErrNotMbox) != refused {
				t.Errorf("%.20q: %v", text, err)
			}
			if !refused {
				w.must(w.deliver(three[0]))
			} else if got := w.read(); got != text {
				t.Errorf("the file was %q and is %q", text, got)
			}
			if !refused && !strings.HasPrefix(w.read(), text) {
				t.Errorf("%q became %q", text, w.read())
			}
		}
	}
}

// TestNoMboxUnderLock has a file put there after the mbox was opened.
func TestNoMboxUnderLock(t *testing.T) {
	w := newWorld(t)
	m := w.open()
	b, err := m.Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader("x"))
	w.must(err)
	w.write("Host example.org\n")
	if _, err := b.Stage(); !errors.Is(err, mbox.ErrNotMbox) {
		t.Errorf("Stage returned %v", err)
	}
	w.must(b.Discard())
	if w.read() != "Host example.org\n" || w.locked() != "" {
		t.Errorf("the file is %q now, its lock %q", w.read(), w.locked())
	}
}
