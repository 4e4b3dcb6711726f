package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"popfetch/store"
	"popfetch/store/durable"
)

var cmpSorted = cmpopts.SortSlices(func(a, b string) bool { return a < b })

// sampleFile returns the text of a ledger with the samples, and what is known
// after each of its lines.
func sampleFile(tb testing.TB) (text []byte, after []known) {
	tb.Helper()
	state := openDir(tb)
	l := open(tb, state)
	after = append(after, l.known())
	for _, r := range samples {
		if l.last.endsRun() && r.Kind.isAboutMessage() {
			after = append(after, l.known()) // a line that says that something begins
		}
		appendAll(tb, l, r)
		after = append(after, l.known())
	}
	text, err := os.ReadFile(state.Path("work.ledger"))
	if err != nil {
		tb.Fatal(err)
	}
	return text, after
}

// load opens a ledger with this text.
func load(tb testing.TB, state *durable.Dir, text []byte) (*Ledger, error) {
	tb.Helper()
	if err := os.WriteFile(state.Path("work.ledger"), text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return Open(state, "work", 0)
}

// TestAnyPrefix cuts a ledger at every byte, as a crash may, and leaves zeros
// behind the cut or not: what its whole lines say is known, and it can be
// appended to.
func TestAnyPrefix(t *testing.T) {
	text, after := sampleFile(t)
	state := openDir(t)
	durable.TestOnlyHook = unsynced
	defer func() { durable.TestOnlyHook = nil }()
	for n := 0; n < len(text); n += sample() {
		l, err := load(t, state, append(text[:n:n], make([]byte, n%3*50)...))
		lines := bytes.Count(text[:n], []byte("\n"))
		if lines == 0 {
			mustBeDamaged(t, err, 1)
			continue
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if d := diff(after[lines-1], l.known()); d != "" {
			t.Fatalf("cut at %d: %s", n, d)
		}
		appendAll(t, l, Record{Kind: Marked, Time: noon, Key: "after"})
		l.Close()
		again, err := Read(state, "work")
		if err != nil || diff(l.known(), again.known()) != "" {
			t.Fatalf("cut at %d and appended to: %v", n, err)
		}
	}
}

// sample is 1, or how many places there are from one that is tried to the next
// with -short; a prime, so that each part of a line has its turn.
func sample() int {
	if testing.Short() {
		return 11
	}
	return 1
}

func unsynced(op durable.Op, do func() error) error {
	if op.Kind == durable.SyncFile || op.Kind == durable.SyncDir {
		return nil
	}
	return do()
}

func mustBeDamaged(t *testing.T, err error, line int) {
	t.Helper()
	damaged := (*DamagedError)(nil)
	if !errors.As(err, new(*store.Error)) || !errors.As(err, &damaged) {
		t.Fatalf("the error is %v, no *DamagedError", err)
	}
	if damaged.Line != line || !strings.HasSuffix(damaged.Path, "work.ledger") || damaged.Hint() == "" {
		t.Errorf("the error is of line %d of %s, not of line %d", damaged.Line, damaged.Path, line)
	}
}

// TestAnyFlip changes every bit of a ledger. That must be an error, but for
// the last line's end, without which it is a line that a crash cut short, and
// the version, which is one of a newer popfetch.
func TestAnyFlip(t *testing.T) {
	text, after := sampleFile(t)
	path := openDir(t).Path("work.ledger")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, c := range text {
		if (len(text)-1-i)%sample() != 0 {
			continue
		}
		for bit := range 8 {
			l, err := replayFlipped(t, f, i, c^1<<bit)
			switch {
			case i == len(text)-1:
				if err != nil || diff(after[len(after)-2], l.known()) != "" {
					t.Fatalf("without the end of the last line: %v", err)
				}
			case err == nil:
				t.Fatalf("bit %d of byte %d flipped: nothing was noticed", bit, i)
			case !errors.As(err, new(*DamagedError)) && !errors.As(err, new(*VersionError)):
				t.Fatalf("bit %d of byte %d flipped: %v", bit, i, err)
			}
		}
		f.WriteAt([]byte{c}, int64(i))
	}
}

func replayFlipped(t *testing.T, f *os.File, at int, c byte) (*Ledger, error) {
	t.Helper()
	if _, err := f.WriteAt([]byte{c}, int64(at)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	l := newLedger("work")
	return l, l.replayFile(f, noon)
}

// line returns a line with its checksum.
func line(text string) string { return string(appendChecksum([]byte(text), 0)) }

func TestDamaged(t *testing.T) {
	header := line("popfetch-ledger 1 work 0123")
	tests := map[string]struct {
		text string
		line int
	}{
		"empty":               {"", 1},
		"zeros":               {string(make([]byte, 4096)), 1},
		"garbage":             {"\x7fELF\n\n\n", 1},
		"another account":     {line("popfetch-ledger 1 home 0123"), 1},
		"no identity":         {line("popfetch-ledger 1 work"), 1},
		"header twice":        {header + header, 2},
		"line missing":        {header + "\n", 2},
		"no checksum":         {header + "kept 2026-11-23T12:00:00Z a\n", 2},
		"no kind":             {header + line("Eaten-3 2026-11-23T12:00:00Z a"), 2},
		"short digests":       {header + line("kept 2026-11-23T12:00:00Z a 1 AAAAAAAAAAAAAAAA.AAAA"), 2},
		"no dot":              {header + line("kept 2026-11-23T12:00:00Z a 1 AAAAAAAAAAAAAAAAxAAAAAAAAAAAAAAAAAAAAAA"), 2},
		"bad digest":          {header + line("kept 2026-11-23T12:00:00Z a 1 AAAAAAAAAAAAAAA!.AAAAAAAAAAAAAAAAAAAAAA"), 2},
		"no time":             {header + line("kept a"), 2},
		"no key":              {header + line("kept 2026-11-23T12:00:00Z"), 2},
		"too much":            {header + line("gone 2026-11-23T12:00:00Z a b"), 2},
		"bad size":            {header + line("kept 2026-11-23T12:00:00Z a x 00112233445566778899aabbccddeeff"), 2},
		"short fingerprint":   {header + line("kept 2026-11-23T12:00:00Z a 1 0011"), 2},
		"bad fingerprint":     {header + line("kept 2026-11-23T12:00:00Z a 1 x0112233445566778899aabbccddeeff"), 2},
		"no count":            {header + line("failed 2026-11-23T12:00:00Z a"), 2},
		"endless line":        {header + strings.Repeat("x", 2*maxLine) + "\n", 2},
		"endless last line":   {header + strings.Repeat("x", 2*maxLine), 2},
		"good lines after it": {header + "x\n" + line("gone 2026-11-23T12:00:00Z a"), 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := openDir(t)
			_, err := load(t, state, []byte(test.text))
			mustBeDamaged(t, err, test.line)
			_, err = Read(state, "work")
			mustBeDamaged(t, err, test.line)
			if kept, _ := os.ReadFile(state.Path("work.ledger")); string(kept) != test.text {
				t.Error("the damaged ledger was changed")
			}
		})
	}
}

// TestNewerVersion has a ledger that a newer popfetch wrote, as its first line says
// or a kind of record that isn't known. It isn't damaged.
func TestNewerVersion(t *testing.T) {
	for text, version := range map[string]string{
		"popfetch-ledger 3 something that nobody knows yet\nand so on\n":                           `ledger version "3"`,
		line("popfetch-ledger 2 work 0123") + line("eaten 2026-11-23T12:00:00Z a and what it ate"): `line 2: unknown kind of record "eaten"`,
	} {
		state := openDir(t)
		_, err := load(t, state, []byte(text))
		newer := (*VersionError)(nil)
		if !errors.As(err, &newer) || newer.Version != version || newer.Path != state.Path("work.ledger") {
			t.Errorf("Open returned %v", err)
		}
		if kept, _ := os.ReadFile(state.Path("work.ledger")); string(kept) != text {
			t.Error("the newer ledger was changed")
		}
	}
}

// TestForgetting lets time pass over messages that the server lists no more.
func TestForgetting(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	now := time.Now()
	for uid, days := range map[string]int{"old": 91, "recent": 89, "future": -400} {
		appendAll(t, l, Record{Kind: Kept, Time: noon, Key: MakeKey(uid, 1)})
		appendAll(t, l, Record{Kind: Gone, Time: now.AddDate(0, 0, -days), Key: MakeKey(uid, 1)})
	}
	appendAll(t, l,
		Record{Kind: Kept, Time: now.AddDate(-10, 0, 0), Key: "listed"},
		Record{Kind: Staged, Time: noon, Key: "staged", Text: "place"},
		Record{Kind: Gone, Time: now.AddDate(-1, 0, 0), Key: "staged"})
	l.Close()
	var got []string
	for key := range open(t, state).All() {
		got = append(got, string(key))
	}
	if d := cmp.Diff([]string{"future", "listed", "recent", "staged"}, got, cmpSorted); d != "" {
		t.Error(d)
	}
}

// TestCompact opens a ledger that is mostly dead lines: it becomes short, says
// the same, and a second rewrite of the same is no different.
func TestCompact(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	for range 200 {
		appendAll(t, l, slices.Concat(samples, []Record{{Kind: Kept, Time: noon, Key: "x"}})...)
	}
	want, id := l.known(), l.ID()
	l.Close()
	var texts []string
	for range 2 {
		l = open(t, state)
		if d := diff(want, l.known()); d != "" {
			t.Errorf("the rewritten ledger says something else:\n%s", d)
		}
		if l.ID() != id {
			t.Error("the rewritten ledger has another identity")
		}
		l.Close()
		text, err := os.ReadFile(state.Path("work.ledger"))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if n := strings.Count(texts[0], "\n"); n > 2*len(samples) {
		t.Errorf("the ledger still has %d lines", n)
	}
	if texts[0] != texts[1] {
		t.Error("a ledger without a dead line was rewritten")
	}
}

// TestCompactFailed has a message that failed under the UID of one that was
// kept: a rewrite leaves no more and no less of that than there was.
func TestCompactFailed(t *testing.T) {
	l := open(t, openDir(t))
	appendAll(t, l,
		Record{Kind: Kept, Time: noon, Key: "a", StoredSize: 7, Digests: Digests{Content: ContentDigest{1}}},
		Record{Kind: Failed, Time: noon, Key: "a", Count: 1, Text: "no", StoredSize: 7, Digests: Digests{Content: ContentDigest{1}}},
	)
	want := l.known()
	if err := l.compact(); err != nil {
		t.Fatal(err)
	}
	if d := diff(want, l.known()); d != "" {
		t.Error(d)
	}
}

// TestCompactFails has a disk too full to rewrite the ledger: it goes on as it
// was.
func TestCompactFails(t *testing.T) {
	for _, kind := range []durable.Kind{durable.Write, durable.Rename, durable.SyncDir} {
		t.Run(string(kind), func(t *testing.T) {
			state := openDir(t)
			l := open(t, state)
			for i := range 200 {
				appendAll(t, l, append(samples, Record{Kind: Login, Time: noon.Add(time.Duration(i) * time.Second)})...)
			}
			want := l.known()
			l.Close()
			n := 0
			durable.TestOnlyHook = func(op durable.Op, do func() error) error {
				if op.Kind == kind {
					if n++; n == 1 && kind != durable.SyncDir || n == 2 && kind == durable.SyncDir {
						return fmt.Errorf("no %s", kind)
					}
				}
				return do()
			}
			defer func() { durable.TestOnlyHook = nil }()
			l = open(t, state)
			if d := diff(want, l.known()); d != "" {
				t.Error(d)
			}
			appendAll(t, l, Record{Kind: Kept, Time: noon, Key: "later"})
			want = l.known()
			l.Close()
			if d := diff(want, open(t, state).known()); d != "" {
				t.Error(d)
			}
		})
	}
}
