package match

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/ledger"
)

// oldRecord is of a message of which all is known.
func oldRecord(kind ledger.Kind, key ledger.Key, name string) ledger.Record {
	return ledger.Record{
		Kind: kind, Time: longAgo.AddDate(0, 0, -10), Key: key, StoredSize: 97, WireSize: oneSize,
		Digests: printsOf(textOf(name)).Digests,
	}
}

// TestMovedKeepsWhatIsKnown says of the new key all that was known of the old one.
func TestMovedKeepsWhatIsKnown(t *testing.T) {
	kept, marked := oldRecord(ledger.Kept, "a", "x"), oldRecord(ledger.Marked, "b", "y")
	w := newWorld(knowingRecords(t, kept, marked), "1a=y 2a=x", false)
	w.match(nil)
	kept.Key, marked.Key = "2a", "1a"
	want := []ledger.Record{
		marked,
		{Kind: ledger.Back, Key: "1a"},
		{Kind: ledger.Forgot, Key: "b"},
		kept,
		{Kind: ledger.Back, Key: "2a"},
		{Kind: ledger.Forgot, Key: "a"},
	}
	if diff := cmp.Diff(want, withoutNow(w.records)); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// TestSupersede says of a spare key all that was known of the message before, once
// the new one that has its UID is staged, and says it once.
func TestSupersede(t *testing.T) {
	for _, gone := range []ledger.Kind{ledger.Gone, ledger.Deleted} {
		before := oldRecord(ledger.Kept, "a", "-x:1")
		known := knowingRecords(t, before, ledger.Record{Kind: gone, Time: longAgo, Key: "a"})
		w := newWorld(known, "a=-x:2 b=z", false)
		w.match(nil)
		w.matcher.BeginComparing()
		target := w.list.TargetAt(0)
		if w.matcher.CompareContent(target, printsOf(textOf("-x:2"))) || target.Key != "a" {
			t.Fatalf("%+v", target)
		}
		before.Key = "a~2"
		want := []ledger.Record{before, {Kind: gone, Key: "a~2"}}
		if diff := cmp.Diff(want, withoutNow(w.matcher.SupersedeKey(target))); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		if again := append(w.matcher.SupersedeKey(target), w.matcher.SupersedeKey(w.list.TargetAt(1))...); len(again) > 0 {
			t.Errorf("it says once more %v", again)
		}
	}
}

// TestConcludeKeepsWhatIsKnown says of the key under which a message is listed what
// was known of it, as soon as its content told which one it is.
func TestConcludeKeepsWhatIsKnown(t *testing.T) {
	kept := oldRecord(ledger.Kept, "a", "-x")
	w := newWorld(knowingRecords(t, kept), "1a=-x", false)
	w.match(nil)
	w.matcher.BeginComparing()
	if !w.matcher.CompareContent(w.list.TargetAt(0), printsOf(textOf("-x"))) {
		t.Fatal("it is new")
	}
	proved := w.matcher.EndComparing()
	kept.Key = "1a"
	want := []ledger.Record{kept, {Kind: ledger.Forgot, Key: "a"}}
	if diff := cmp.Diff(want, withoutNow(w.matcher.DrainRecords())); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if len(proved) != 1 || proved[0].Key != "1a" || !proved[0].Entry.Since().Equal(kept.Time) {
		t.Errorf("proved: %+v", proved)
	}
	if len(w.matcher.EndComparing())+len(w.matcher.DrainRecords()) > 0 {
		t.Error("it says it once more")
	}
}

// withoutNow leaves out the records of the move itself, and the time of those that
// are of now.
func withoutNow(records []ledger.Record) (settled []ledger.Record) {
	for _, r := range records {
		if r.Time.After(longAgo) {
			r.Time = time.Time{}
		}
		if r.Kind != ledger.Moving {
			settled = append(settled, r)
		}
	}
	return settled
}
