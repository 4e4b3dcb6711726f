package ledger

import (
	"errors"
	"maps"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store"
	"popfetch/store/durable"
)

// noon is a time to the second, as records have it.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func open(tb testing.TB, state *durable.Dir) *Ledger {
	tb.Helper()
	l, err := Open(state, "work", 0)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	return l
}

func appendAll(tb testing.TB, l *Ledger, records ...Record) {
	tb.Helper()
	if err := l.Append(records...); err != nil {
		tb.Fatal(err)
	}
}

// samples are records of every kind, with what is hard to write in a line.
var samples = []Record{
	{Kind: Login, Time: noon},
	{Kind: Denied, Time: noon, Count: 2},
	{Kind: Staged, Time: noon, Key: MakeKey("a", 1), StoredSize: 7, Digests: Digests{Content: ContentDigest{1}}, Text: "mbox 1+2 3+4 a b"},
	{Kind: Staged, Time: noon, Key: MakeKey("b", 1), StoredSize: 9, WireSize: 11},
	{Kind: Kept, Time: noon, Key: MakeKey("c", 1), StoredSize: 1 << 40, WireSize: 1 << 40, Digests: Digests{Content: ContentDigest{1}}},
	{Kind: Kept, Time: noon, Key: MakeKey("a", 1)},
	{Kind: Kept, Time: noon, Key: MakeKey("", 1), StoredSize: 1 << 40, Digests: Digests{Content: ContentDigest{15: 0xff}}},
	{Kind: Marked, Time: noon, Key: MakeKey("a b~c%20\r\n", 2)},
	{Kind: Failed, Time: noon, Key: MakeKey("ü", 3), Count: 4, Text: "-ERR nö\r\n#00000000 %zz \x00"},
	{Kind: Failed, Time: noon, Key: MakeKey("f", 1), Count: 1},
	{Kind: Owed, Time: noon, Key: MakeKey("a", 1)},
	{Kind: Gone, Time: noon, Key: MakeKey("", 1)},
	{Kind: Back, Time: noon, Key: MakeKey("", 1)},
	{Kind: Done, Time: noon, Count: 12},
	{Kind: Server, Time: noon, Text: "0 pop.example.org:995\nSASL PLAIN\nTOP"},
	{Kind: Failing, Time: noon.Add(time.Second), Count: 1},
	{Kind: RunError, Time: noon.Add(time.Minute), Count: 69, Text: "server: gone away"},
	{Kind: Forgot, Time: noon, Key: MakeKey("f", 1)},
	{Kind: Kept, Time: noon, Key: MakeKey("d", 1), StoredSize: 5, WireSize: 6, Digests: Digests{Header: HeaderDigest{11: 7}, Content: ContentDigest{15: 0xff}}},
	{Kind: Kept, Time: noon, Key: MakeKey("old", 1), StoredSize: 5, Digests: Digests{Fingerprint: Fingerprint{15: 0xff}}},
	{Kind: Marked, Time: noon, Key: MakeKey("sized", 1), WireSize: 70},
	{Kind: Owed, Time: noon, Key: MakeKey("d", 1)},
	{Kind: Deleted, Time: noon, Key: MakeKey("d", 1)},
	{Kind: Deleted, Time: noon, Key: MakeKey("old", 1)},
	{Kind: Back, Time: noon, Key: MakeKey("old", 1)},
	{Kind: Owed, Time: noon, Key: MakeKey("old", 1)},
	{Kind: Gone, Time: noon, Key: MakeKey("old", 1)},
	{Kind: Maildrop, Time: noon, Text: "me@pop.example.org"},
	{Kind: Renamed, Time: noon, Text: "other account"},
	{Kind: Moving, Time: noon, Count: 1},
	{Kind: UIDL, Time: noon},
	{Kind: Distrust, Time: noon, Text: DistrustedTOP},
	{Kind: Distrust, Time: noon, Text: DistrustedUIDL},
	{Kind: Distrust, Time: noon, Text: DistrustedLIST},
	{Kind: Secured, Time: noon, Text: "1.3 scram-sha-256 clear cram-md5"},
	{Kind: Gone, Time: noon, Key: MakeKey("never heard of", 1)},
}

// known is all that a ledger knows.
type known struct {
	Entries  map[Key]Entry
	Places   map[Key]string
	Failures map[Key]Failure
	Summary  Summary
}

func (l *Ledger) known() known {
	return known{maps.Collect(l.All()), maps.Clone(l.places), maps.Clone(l.failures), l.summary}
}

func diff(a, b known) string { return cmp.Diff(a, b, cmp.AllowUnexported(Entry{})) }

func TestReopen(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	for _, r := range samples {
		appendAll(t, l, r)
	}
	want, id := l.known(), l.ID()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, state)
	if d := diff(want, again.known()); d != "" {
		t.Errorf("what is known changed from one run to the next (-before +after):\n%s", d)
	}
	if again.ID() != id {
		t.Errorf("the identity was %s and is %s", id, again.ID())
	}
	read, err := Read(state, "work")
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, read.known()); d != "" {
		t.Errorf("Read knows something else than Open (-Open +Read):\n%s", d)
	}
}

func TestStates(t *testing.T) {
	key := MakeKey("uid", 1)
	tests := map[string]struct {
		records []Record
		want    []string
	}{
		"nothing":       {nil, nil},
		"staged":        {[]Record{{Kind: Staged}}, nil},
		"kept":          {[]Record{{Kind: Staged}, {Kind: Kept}}, []string{"kept", "fetched"}},
		"marked":        {[]Record{{Kind: Marked}}, []string{"marked", "fetched"}},
		"failed":        {[]Record{{Kind: Failed}}, []string{"failed"}},
		"failed, kept":  {[]Record{{Kind: Failed}, {Kind: Staged}, {Kind: Kept}}, []string{"kept", "fetched"}},
		"owed":          {[]Record{{Kind: Kept}, {Kind: Owed}}, []string{"kept", "fetched", "owed"}},
		"deleted":       {[]Record{{Kind: Kept}, {Kind: Owed}, {Kind: Gone}}, []string{"kept", "fetched", "gone"}},
		"back":          {[]Record{{Kind: Kept}, {Kind: Owed}, {Kind: Gone}, {Kind: Back}}, []string{"kept", "fetched", "owed"}},
		"forgot":        {[]Record{{Kind: Kept}, {Kind: Owed}, {Kind: Forgot}}, nil},
		"gone, unknown": {[]Record{{Kind: Gone}}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := open(t, openDir(t))
			for _, r := range test.records {
				r.Key, r.Time = key, noon
				appendAll(t, l, r)
			}
			e, _ := l.Lookup(key)
			var got []string
			for word, holds := range map[string]bool{
				"kept": e.IsKept(), "marked": e.IsMarked(), "failed": e.IsFailed(),
				"fetched": e.IsFetched(), "owed": e.IsOwed(), "gone": e.IsGone(),
			} {
				if holds {
					got = append(got, word)
				}
			}
			if d := cmp.Diff(test.want, got, cmpSorted); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPending(t *testing.T) {
	l := open(t, openDir(t))
	for _, uid := range []string{"b", "c", "a"} {
		appendAll(t, l, Record{Kind: Staged, Time: noon, Key: MakeKey(uid, 1), Text: "place of " + uid})
	}
	appendAll(t, l, Record{Kind: Kept, Time: noon, Key: "c"})
	keys, staged := l.Pending()
	if d := cmp.Diff([]Key{"a", "b"}, keys); d != "" {
		t.Error(d)
	}
	want := []store.Staged{{Place: "place of a", Time: noon.Local()}, {Place: "place of b", Time: noon.Local()}}
	if d := cmp.Diff(want, staged); d != "" {
		t.Error(d)
	}
}

func TestReadNothing(t *testing.T) {
	l, err := Read(openDir(t), "work")
	if err != nil {
		t.Fatal(err)
	}
	if _, found := l.Lookup("x"); found || l.Len() != 0 {
		t.Error("a ledger that isn't there knows something")
	}
	for range l.All() {
		t.Error("a ledger that isn't there has an entry")
	}
}

// TestAppendFails lets the write and then the sync of a record fail: it isn't
// known, the file remains whole, and the next record is written.
func TestAppendFails(t *testing.T) {
	for _, failing := range []durable.Kind{durable.Write, durable.SyncFile} {
		t.Run(string(failing), func(t *testing.T) {
			state := openDir(t)
			l := open(t, state)
			appendAll(t, l, samples[1])
			failOnce(t, failing)
			err := l.Append(samples[2], samples[3])
			if !errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Append returned %v", err)
			}
			if _, found := l.Lookup(samples[2].Key); found {
				t.Error("a record that could not be written is known")
			}
			appendAll(t, l, samples[4])
			want := l.known()
			l.Close()
			if d := diff(want, open(t, state).known()); d != "" {
				t.Error(d)
			}
		})
	}
}

// failOnce lets the first operation of a kind fail after it was done, by half
// if it is a write.
func failOnce(t *testing.T, kind durable.Kind) {
	failed := false
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if failed || op.Kind != kind {
			return do()
		}
		failed = true
		if err := do(); err != nil {
			return err
		}
		if info, err := os.Stat(op.Path); kind == durable.Write && err == nil {
			os.Truncate(op.Path, info.Size()-20)
		}
		return syscall.ENOSPC
	}
	t.Cleanup(func() { durable.TestOnlyHook = nil })
}

// TestAppendBroken has a disk that doesn't even take back what it wrote. Then
// a later record must not follow half of an earlier one.
func TestAppendBroken(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	durable.TestOnlyHook = func(durable.Op, func() error) error { return syscall.EIO }
	err := l.Append(samples[1])
	durable.TestOnlyHook = nil
	if err == nil {
		t.Error("Append succeeded on a broken disk")
	}
	if err := l.Append(samples[2]); !errors.Is(err, syscall.EIO) {
		t.Errorf("Append returned %v after a record that was perhaps half written", err)
	}
}

// TestAppendMany writes more than goes into one write, and lets the second of
// them fail at first: then none of the records is there.
func TestAppendMany(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	records := make([]Record, 3*writeBlock/50)
	for i := range records {
		records[i] = Record{Kind: Kept, Time: noon, Key: MakeKey(strconv.Itoa(i), 1)}
	}
	writes := 0
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Kind == durable.Write {
			if writes++; writes == 2 {
				return syscall.ENOSPC
			}
		}
		return do()
	}
	defer func() { durable.TestOnlyHook = nil }()
	if err := l.Append(records...); !errors.Is(err, syscall.ENOSPC) || l.Len() != 0 {
		t.Errorf("Append returned %v, and %d messages are known", err, l.Len())
	}
	appendAll(t, l, records...)
	l.Close()
	if n := open(t, state).Len(); n != len(records) || writes < 5 {
		t.Errorf("%d messages are known after %d writes", n, writes)
	}
}

func TestAppendLongLine(t *testing.T) {
	l := open(t, openDir(t))
	if err := l.Append(Record{Kind: Kept, Key: Key(strings.Repeat("x", maxLine))}); err == nil {
		t.Error("Append wrote a line that can't be read")
	}
	appendAll(t, l, samples[1])
}

func TestSyncs(t *testing.T) {
	l := open(t, openDir(t))
	var kinds []durable.Kind
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		kinds = append(kinds, op.Kind)
		return do()
	}
	defer func() { durable.TestOnlyHook = nil }()
	appendAll(t, l, Record{Kind: Done, Time: noon})
	appendAll(t, l)
	appendAll(t, l, Record{Kind: Done, Time: noon}, Record{Kind: Kept, Time: noon, Key: "a"}, Record{Kind: Kept, Time: noon, Key: "b"})
	want := []durable.Kind{durable.Write, durable.Write, durable.Write, durable.SyncFile} // the second says that something begins
	if d := cmp.Diff(want, kinds); d != "" {
		t.Error(d)
	}
}

// TestOpenSyncs has runs that died, and one that didn't: only what may not be
// durable is synced when the ledger is opened, and with it at the first time
// that the file has its place in the folder.
func TestOpenSyncs(t *testing.T) {
	kept := Record{Kind: Kept, Time: noon, Key: "a"}
	done := Record{Kind: Done, Time: noon, Count: 1}
	file, dir := durable.SyncFile, durable.SyncDir
	for _, tc := range []struct {
		name string
		last []Record
		torn string
		open []durable.Kind // what Open syncs
		all  []durable.Kind // and two records behind it
	}{
		{"ended well", []Record{kept, done}, "", nil, []durable.Kind{file, dir, file}},
		{"died after the login", []Record{kept, done, {Kind: Login, Time: noon}}, "", []durable.Kind{file, dir}, []durable.Kind{file, dir, file, file}},
		{"died after a message", []Record{done, kept}, "", []durable.Kind{file, dir}, []durable.Kind{file, dir, file, file}},
		{"died in a line", []Record{kept, done}, "kept 2026-11", []durable.Kind{file, dir}, []durable.Kind{file, dir, file, file}},
		{"died at once", nil, "", []durable.Kind{file, dir}, []durable.Kind{file, dir, file, file}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			state := openDir(t)
			l := open(t, state)
			appendAll(t, l, tc.last...)
			l.Close()
			f, err := os.OpenFile(state.Path("work.ledger"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(tc.torn)
			f.Close()
			var syncs []durable.Kind
			durable.TestOnlyHook = func(op durable.Op, do func() error) error {
				if op.Kind == file || op.Kind == dir {
					syncs = append(syncs, op.Kind)
				}
				return do()
			}
			defer func() { durable.TestOnlyHook = nil }()
			l = open(t, state)
			if d := cmp.Diff(tc.open, syncs); d != "" {
				t.Errorf("Open, - want, + got:\n%s", d)
			}
			appendAll(t, l, kept)
			appendAll(t, l, kept)
			if d := cmp.Diff(tc.all, syncs); d != "" {
				t.Errorf("in all, - want, + got:\n%s", d)
			}
		})
	}
}

// TestTakenBack fails to sync a record, and dies before it has taken that back
// for sure: the next run may not take it that the ledger ended well before.
func TestTakenBack(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	appendAll(t, l, Record{Kind: Kept, Time: noon, Key: "a"}, Record{Kind: Done, Time: noon})
	defer func() { durable.TestOnlyHook = nil }()
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Kind == durable.SyncFile {
			return syscall.EIO
		}
		return do()
	}
	if err := l.Append(Record{Kind: Marked, Time: noon, Key: "b"}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if err := l.Append(Record{Kind: Done, Time: noon}); err == nil {
		t.Error("the ledger goes on, though nobody knows what the disk has of it")
	}
	l.Close()
	synced := false
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		synced = synced || op.Kind == durable.SyncFile
		return do()
	}
	if l = open(t, state); !synced || l.Len() != 1 {
		t.Errorf("it was synced: %v, %d messages are known", synced, l.Len())
	}
}
