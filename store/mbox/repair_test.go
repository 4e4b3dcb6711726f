package mbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/mbox"
	"popfetch/store/storetest"
)

// A world is a state folder and an mbox, for many runs.
type world struct {
	*testing.T
	state *durable.Dir
	path  string

	patience time.Duration // with a lock that is taken
}

func newWorld(t *testing.T) *world {
	t.Helper()
	root := t.TempDir()
	state, _, err := durable.MakeDir(filepath.Join(root, "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	return &world{T: t, state: state, path: filepath.Join(root, "mbox"), patience: 500 * time.Millisecond}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) open() *mbox.Mbox {
	w.Helper()
	m, err := mbox.Open(w.path, w.state, "work.spool", "id", &mbox.Options{LockTimeout: w.patience})
	w.must(err)
	w.Cleanup(func() { m.Close() })
	return m
}

func (w *world) write(text string) {
	w.Helper()
	w.must(os.WriteFile(w.path, []byte(text), 0o600))
}

func (w *world) read() string {
	w.Helper()
	text, err := os.ReadFile(w.path)
	w.must(err)
	return string(text)
}

// stage stages messages in a run that dies then.
func (w *world) stage(messages ...string) []store.Staged {
	w.Helper()
	m := w.open()
	b, err := m.Begin()
	w.must(err)
	for _, text := range messages {
		_, err := b.Append(strings.NewReader(text))
		w.must(err)
	}
	places, err := b.Stage()
	w.must(err)
	w.must(m.Close())
	staged := make([]store.Staged, len(places))
	for i, place := range places {
		staged[i] = store.Staged{Place: place, Time: time.Now()}
	}
	return staged
}

// spool returns the text of the one spool there is.
func (w *world) spool() string {
	w.Helper()
	names, err := filepath.Glob(w.state.Path("work.spool.*"))
	w.must(err)
	if len(names) != 1 {
		w.Fatalf("there are %d spools", len(names))
	}
	text, err := os.ReadFile(names[0])
	w.must(err)
	return string(text)
}

// deliver is a whole run that brings these messages.
func (w *world) deliver(messages ...string) error {
	w.Helper()
	m := w.open()
	defer m.Close()
	b, err := m.Begin()
	w.must(err)
	for _, text := range messages {
		_, err := b.Append(strings.NewReader(text))
		w.must(err)
	}
	if _, err := b.Stage(); err != nil {
		return errors.Join(err, b.Discard())
	}
	return b.Publish()
}

const (
	envelopeLine = "From you Sun Nov 22 10:00:00 2026\n"
	former       = envelopeLine + "Subject: former\n\nWas there before.\n\n"
	latter       = envelopeLine + "Subject: latter\n\nCame meanwhile.\n\n"
)

// three are the messages of the batch that a run died with.
var three = []string{
	"Return-Path: <a@example.org>\nSubject: one\n\nFrom one.\n",
	"Subject: two\n\n" + strings.Repeat("Two.\n", 1000),
	"Subject: three\n\nThree.\n",
}

// TestRepairOtherAccountName has the account get another name after a run died: what that had
// staged is delivered, and what it hadn't is removed.
func TestRepairOtherAccountName(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	staged := w.stage(three...)
	w.must(os.WriteFile(w.state.Path("work.spool.id.0123"), []byte("half"), 0o600))
	w.must(os.WriteFile(w.state.Path("work.spool.other.0123"), []byte("another ledger's"), 0o600))
	m, err := mbox.Open(w.path, w.state, "new.spool", "id", nil)
	w.must(err)
	defer m.Close()
	kept, err := m.Repair(staged)
	w.must(err)
	if diff := cmp.Diff([]bool{true, true, true}, kept); diff != "" {
		t.Error(diff)
	}
	if got := strings.Count(w.read(), "\nSubject: "); got != 4 {
		t.Errorf("%d messages in\n%s", got, w.read())
	}
	if left, _ := filepath.Glob(w.state.Path("*.spool.*")); len(left) != 1 || !strings.HasSuffix(left[0], ".other.0123") {
		t.Errorf("left: %q", left)
	}
}

func TestRepair(t *testing.T) {
	last := "Subject: former\n\nWas there before.\n"
	came := "Subject: latter\n\nCame meanwhile.\n"
	half := func(spool string) int { return strings.Index(spool, "Two.") + 50 }
	tests := map[string]struct {
		meanwhile func(spool string) string // what became of the mbox
		want      []string                  // "" is half a message
	}{
		"nothing appended": {
			func(string) string { return former },
			append([]string{last}, three...),
		},
		"a part": {
			func(spool string) string { return former + spool[:half(spool)] },
			append([]string{last}, three...),
		},
		"a part and zeros": {
			func(spool string) string { return former + spool[:half(spool)] + strings.Repeat("\x00", 99) },
			append([]string{last}, three...),
		},
		"all but a block on the disk": {
			func(spool string) string {
				i := half(spool)
				return former + spool[:i] + strings.Repeat("\x00", 512) + spool[i+512:]
			},
			append([]string{last}, three...),
		},
		"all": {
			func(spool string) string { return former + spool },
			append([]string{last}, three...),
		},
		"all and more": {
			func(spool string) string { return former + spool + latter },
			append(append([]string{last}, three...), came),
		},
		"something else": {
			func(string) string { return former + latter },
			append([]string{last, came}, three...),
		},
		"a part and more": {
			func(spool string) string { return former + spool[:half(spool)] + "\n\n" + latter },
			[]string{last, three[0], "", came, three[1], three[2]},
		},
		"read": {
			func(spool string) string { return withFlags(former + spool) },
			append([]string{last}, three...),
		},
		"a part, read": {
			func(spool string) string { return withFlags(former + spool[:strings.Index(spool, "Subject: three")]) },
			[]string{last, three[0], three[1], "", three[2]},
		},
		"the former deleted": {
			func(spool string) string { return spool },
			three,
		},
		"a part, the former deleted": {
			func(spool string) string { return spool[:half(spool)] },
			three,
		},
		"a part, the former changed": {
			func(spool string) string {
				return strings.Replace(former, "\n\n", "\nStatus: RO\n\n", 1) + spool[:half(spool)]
			},
			append([]string{strings.Replace(last, "\n\n", "\nStatus: RO\n\n", 1)}, three...),
		},
		"put in another order": {
			func(spool string) string { return spool + former },
			append(append([]string{}, three...), last),
		},
		"emptied": {
			func(string) string { return "" },
			three,
		},
		"cut below the base": {
			func(string) string { return former[:len(former)-3] },
			append([]string{last[:len(last)-2] + "\n"}, three...),
		},
		// The one exception of the package comment.
		"a message of the block deleted": {
			func(spool string) string { return former + spool[:strings.Index(spool, "Subject: three")-50] },
			append([]string{last}, three...),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.write(former)
			staged := w.stage(three...)
			w.write(test.meanwhile(w.spool()))
			for range 2 {
				kept, err := w.open().Repair(staged)
				w.must(err)
				if d := cmp.Diff([]bool{true, true, true}, kept); d != "" {
					t.Error(d)
				}
				w.wants(test.want)
			}
			w.must(w.deliver("Subject: next\n"))
			w.wants(append(test.want, "Subject: next\n"))
		})
	}
}

// wants expects these messages in the mbox, whatever flags they have; "" is
// one that a crash cut short.
func (w *world) wants(want []string) {
	w.Helper()
	messages, err := storetest.ReadMbox(w.path)
	w.must(err)
	var got []string
	for i, text := range messages {
		got = append(got, strings.Replace(string(text), flagLines, "", 1))
		if i < len(want) && want[i] == "" {
			got[i] = ""
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		w.Error(d)
	}
}

func withFlags(text string) string { return envelope.ReplaceAllString(text, "${0}"+flagLines) }

// TestRepairWithoutMbox has a mail program that removes an mbox once all mail
// is read.
func TestRepairWithoutMbox(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	staged := w.stage(three...)
	w.must(os.Remove(w.path))
	_, err := w.open().Repair(staged)
	w.must(err)
	w.wants(three)
}

// TestRepairTwins has two messages that are alike: both are to be there.
func TestRepairTwins(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	staged := w.stage(three[2], three[2], three[2])
	spool := w.spool()
	w.write(latter + spool[:2*len(spool)/3])
	_, err := w.open().Repair(staged)
	w.must(err)
	w.wants([]string{"Subject: latter\n\nCame meanwhile.\n", three[2], three[2], three[2]})
}

// TestRepairSeveral has two batches, of two runs that could not publish.
func TestRepairSeveral(t *testing.T) {
	w := newWorld(t)
	staged := append(w.stage(three[0]), w.stage(three[1:]...)...)
	_, err := w.open().Repair(staged)
	w.must(err)
	messages, err := storetest.ReadMbox(w.path)
	w.must(err)
	if len(messages) != len(three) {
		t.Errorf("there are %d messages, not %d", len(messages), len(three))
	}
}

// TestRepairRenamed has an account of another name than when it died.
func TestRepairRenamed(t *testing.T) {
	w := newWorld(t)
	staged := w.stage(three...)
	m, err := mbox.Open(w.path, w.state, "home.spool", "id", nil)
	w.must(err)
	defer m.Close()
	_, err = m.Repair(staged)
	w.must(err)
	w.wants(three)
}

// TestRepairForeignSpools has spools of another ledger, whose name begins
// alike, and files that are nobody's.
func TestRepairForeignSpools(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"work.spool.other.1", "work.spool", "work.ledger", "home.spool.id3.1", "work.spool.id2.1"} {
		w.must(os.WriteFile(w.state.Path(name), nil, 0o600))
	}
	w.must(os.WriteFile(w.state.Path("work.spool.id.77"), nil, 0o600))
	_, err := w.open().Repair(nil)
	w.must(err)
	names, err := w.state.Names(".")
	w.must(err)
	if len(names) != 5 {
		t.Errorf("there are %q", names)
	}
}

func TestRepairBadPlace(t *testing.T) {
	for _, place := range []string{"mbox", "mbox x 1+2 s", "mbox 1 1+2 s", "mbox 1+2 3+ s", "maildir a b"} {
		if _, err := newWorld(t).open().Repair([]store.Staged{{Place: place}}); !errors.As(err, new(*store.Error)) {
			t.Errorf("Repair(%q) returned %v", place, err)
		}
	}
}

// TestSeparator delivers behind text of many ends: a From_ line must follow a
// blank line.
func TestSeparator(t *testing.T) {
	message := envelopeLine + "Subject: former\n\nText."
	for end, separator := range map[string]string{
		"": "\n\n", "\n": "\n", "\n\n": "", "\n\n\n": "", "\r\n": "\n",
	} {
		w := newWorld(t)
		w.write(message + end)
		w.must(w.deliver(three[0]))
		if !strings.HasPrefix(w.read(), message+end+separator+"From a@example.org ") {
			t.Errorf("behind the end %q comes %q", end, w.read()[len(message):])
		}
	}
	for start, separator := range map[string]string{"": "", "\n": "", "F": "\n\n"} {
		w := newWorld(t)
		w.write(start)
		w.must(w.deliver(three[0]))
		if !strings.HasPrefix(w.read(), start+separator+"From ") {
			t.Errorf("behind %q comes %q", start, w.read())
		}
	}
}

// TestNotHeedingLocks has a program that writes to the mbox between Stage and
// Publish, whatever locks there are.
func TestNotHeedingLocks(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	m := w.open()
	b, err := m.Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader(three[0]))
	w.must(err)
	_, err = b.Stage()
	w.must(err)
	w.write(former + latter)
	w.must(b.Publish())
	w.wants([]string{"Subject: former\n\nWas there before.\n", "Subject: latter\n\nCame meanwhile.\n", three[0]})
}

// BenchmarkBatch delivers a batch as package fetch makes it.
func BenchmarkBatch(b *testing.B) {
	root := b.TempDir()
	state, err := durable.OpenDir(root)
	if err != nil {
		b.Fatal(err)
	}
	defer state.Close()
	m, err := mbox.Open(filepath.Join(root, "mbox"), state, "work.spool", "id", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	storetest.BenchmarkBatch(b, m)
}
