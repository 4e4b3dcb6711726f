package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"popfetch/store/durable"
	"popfetch/store/storetest/powerloss"
)

// TestEnter has a ledger go on in another maildrop: what is known there by its UID
// alone is forgotten, the rest is known without one.
func TestEnter(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	digests := Digests{Header: HeaderDigest{1}, Content: ContentDigest{1}}
	if changed, err := l.EnterMaildrop("me@one"); changed || err != nil {
		t.Errorf("the first maildrop: %v, %v", changed, err)
	}
	appendAll(t, l,
		Record{Kind: Staged, Time: noon, Key: "staged", Digests: digests, Text: "place"},
		Record{Kind: Kept, Time: noon, Key: "kept", Digests: digests},
		Record{Kind: Marked, Time: noon, Key: "marked", Digests: digests},
		Record{Kind: Marked, Time: noon, Key: "by-UID", WireSize: 7},
		Record{Kind: Failed, Time: noon, Key: "failed", Count: 3},
		Record{Kind: UIDL, Time: noon, Count: 1},
		Record{Kind: Distrust, Time: noon, Text: DistrustedTOP},
		Record{Kind: Distrust, Time: noon, Text: DistrustedUIDL},
		Record{Kind: Secured, Time: noon, Text: "1.3 plain"},
	)
	before := l.known()
	if changed, err := l.EnterMaildrop("me@one"); changed || err != nil || diff(before, l.known()) != "" {
		t.Errorf("the same maildrop: %v, %v", changed, err)
	}
	read, err := Read(state, "work")
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*Ledger{"read": read, "opened": l} {
		changed, err := l.EnterMaildrop("me@two")
		if !changed || err != nil {
			t.Errorf("%s: %v, %v", name, changed, err)
		}
		if s := l.Summary(); s != (Summary{Maildrop: "me@two"}) {
			t.Errorf("%s: of the server before it knows %+v", name, s)
		}
		for key, e := range l.All() {
			if !e.IsGone() {
				t.Errorf("%s: %s is there", name, key)
			}
		}
		if l.Len() != 3 {
			t.Errorf("%s: %d messages are known", name, l.Len())
		}
	}
	appendAll(t, l, Record{Kind: Kept, Time: noon, Key: "staged"})
	if e, _ := l.Lookup("staged"); !e.IsKept() || !e.IsGone() {
		t.Errorf("what a run before had staged: %+v", e)
	}
	want := l.known()
	l.Close()
	l = open(t, state)
	if d := diff(want, l.known()); d != "" {
		t.Error(d)
	}
	if err := l.compact(); err != nil {
		t.Fatal(err)
	}
	if d := diff(want, l.known()); d != "" {
		t.Errorf("rewritten:\n%s", d)
	}
}

// TestRename has a ledger go on under another name, with its identity.
func TestRename(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	appendAll(t, l, samples...)
	want, id := l.known(), l.ID()
	left := state.Path("work.ledger.new") // by a rewrite that died
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Rename("new name", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("half a ledger is left under the old name")
	}
	appendAll(t, l, Record{Kind: Login, Time: noon})
	want.Summary.Denied, want.Summary.Denials = l.Summary().Denied, 0
	old := open(t, state) // whose lock is free again
	if old.Len() > 0 || old.ID() == id {
		t.Error("the old ledger is still there")
	}
	if _, err := Open(state, "new name", 0); !errors.As(err, new(*InUseError)) {
		t.Errorf("the new name isn't held: %v", err)
	}
	l.Close()
	text, _ := os.ReadFile(state.Path("new name.ledger"))
	if first, _, _ := strings.Cut(string(text), "\n"); !strings.Contains(first, " new%20name "+id+" ") || strings.Contains(string(text), "renamed") {
		t.Errorf("the ledger is\n%s", text)
	}
	l, err := OpenExisting(state, "new name", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if d := diff(want, l.known()); d != "" || l.ID() != id {
		t.Error(d)
	}
}

// TestRenameRefused leaves all as it is where the new name has a ledger, or is held,
// or where there is nothing to be renamed.
func TestRenameRefused(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	appendAll(t, l, samples...)
	want := l.known()
	other, err := Open(state, "other", 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Rename("other", 0); !errors.As(err, new(*InUseError)) {
		t.Errorf("to one that is held: %v", err)
	}
	other.Close()
	if err := l.Rename("other", 0); !errors.Is(err, fs.ErrExist) {
		t.Errorf("to one that is there: %v", err)
	}
	l.Close()
	if d := diff(want, open(t, state).known()); d != "" {
		t.Error(d)
	}
	if _, err := OpenExisting(state, "none", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("one that isn't there: %v", err)
	}
	if exists, err := state.Exists(FileName("none")); exists || err != nil {
		t.Errorf("it was made: %v", err)
	}
}

// TestRenameFails has each step fail that changes a file: then all is known under one
// of the names, and the next run can go on with it.
func TestRenameFails(t *testing.T) {
	for at, done := 1, false; !done; at++ {
		state := openDir(t)
		l := open(t, state)
		appendAll(t, l, samples...)
		want, id := l.known(), l.ID()
		steps := 0
		durable.TestOnlyHook = func(op durable.Op, do func() error) error {
			if steps++; steps == at {
				return errors.New("no more")
			}
			return do()
		}
		l.Rename("new", 0)
		durable.TestOnlyHook = nil
		l.Close()
		goOnOnce(t, state, want, id)
		if done = steps < at; t.Failed() {
			t.Fatalf("step %d failed", at)
		}
	}
}

// TestRenameDies has the system die at each step, with and without what wasn't synced.
func TestRenameDies(t *testing.T) {
	const worlds = 6
	for at, done := 1, false; !done; at++ {
		for world := range powerloss.World(worlds) {
			state := openDir(t)
			l := open(t, state)
			appendAll(t, l, samples...)
			want, id := l.known(), l.ID()
			log := filepath.Join(t.TempDir(), "log")
			hook, err := powerloss.Halt(log, at)
			if err != nil {
				t.Fatal(err)
			}
			steps := 0
			durable.TestOnlyHook = func(op durable.Op, do func() error) error {
				steps++
				return hook(op, do)
			}
			l.Rename("new", 0)
			durable.TestOnlyHook = nil
			done = steps < at
			l.Close()
			if world < worlds-1 { // in the last one all survives
				if err := powerloss.RollBack(log, world); err != nil {
					t.Fatal(err)
				}
			}
			goOnOnce(t, state, want, id)
			if t.Failed() {
				t.Fatalf("halted at %d, world %d", at, world)
			}
		}
	}
}

// goOnOnce finds all that is known under one name, and renames that which has the old
// one.
func goOnOnce(t *testing.T, state *durable.Dir, want known, id string) {
	t.Helper()
	names, err := state.Names(".")
	if err != nil {
		t.Fatal(err)
	}
	var found []*Ledger
	for _, name := range names {
		if account, is := strings.CutSuffix(name, ".ledger"); is {
			l, err := OpenExisting(state, account, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			found = append(found, l)
		}
	}
	if len(found) != 1 || diff(want, found[0].known()) != "" || found[0].ID() != id {
		t.Fatalf("%d ledgers in %v", len(found), names)
	}
	if l := found[0]; l.Account() == "work" {
		if err := l.Rename("new", 0); err != nil {
			t.Error(err)
		}
	}
	found[0].Close()
	l, err := Open(state, "new", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if diff(want, l.known()) != "" || l.IsMisnamed() || l.ID() != id {
		t.Error("the new ledger isn't the old one")
	}
}

// TestMisnamed refuses a copy of another account's ledger.
func TestMisnamed(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	appendAll(t, l, Record{Kind: Maildrop, Time: noon, Text: "me@one"})
	l.Close()
	text, err := os.ReadFile(state.Path("work.ledger"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(state.Path("copy.ledger"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := (*DamagedError)(nil)
	if _, err := Open(state, "copy", 0); !errors.As(err, &damaged) || damaged.Line != 1 {
		t.Errorf("the copy is opened: %v", err)
	}
	if l, err := Salvage(state, "copy"); err == nil || l.Summary().Maildrop != "me@one" {
		t.Errorf("salvaged: %+v, %v", l.Summary(), err)
	}
}
