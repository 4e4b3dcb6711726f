package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store"
)

// TestPendingPlaces finds in every state of a ledger what Pending does.
func TestPendingPlaces(t *testing.T) {
	state := openDir(t)
	if got := PendingPlaces(state, "work"); len(got) > 0 {
		t.Errorf("without a ledger: %q", got)
	}
	l := open(t, state)
	staged := func(n int) Record {
		place := store.MakePlace("maildir", fmt.Sprintf("name%d", n), "/home/me/a box\n")
		return Record{Kind: Staged, Time: time.Now(), Key: MakeKey(fmt.Sprintf("a uid %d", n), 1), StoredSize: 7, WireSize: 8, Text: place}
	}
	of := func(kind Kind, n int) Record {
		r := staged(n)
		r.Kind, r.Text = kind, ""
		return r
	}
	most := 0
	for _, r := range []Record{
		of(Kept, 1), staged(2), staged(3), of(Kept, 2), of(Owed, 3), of(Gone, 3), staged(4), of(Forgot, 3), of(Kept, 4),
		staged(5), staged(6), staged(5), of(Marked, 6), of(Failed, 5), staged(7),
	} {
		appendAll(t, l, r)
		var want []string
		_, pending := l.Pending()
		for _, s := range pending {
			want = append(want, s.Place)
		}
		most = max(most, len(want))
		if diff := cmp.Diff(want, PendingPlaces(state, "work"), cmpSorted); diff != "" {
			t.Errorf("after %s of %s: %s", r.Kind, r.Key, diff)
		}
	}
	if most < 2 {
		t.Errorf("never more than %d was pending", most)
	}
}

// BenchmarkPendingPlaces is what it costs beside BenchmarkOpen.
func BenchmarkPendingPlaces(b *testing.B) {
	state := openDir(b)
	l := open(b, state)
	var records []Record
	for n := range 100_000 {
		records = append(records, Record{
			Kind: Kept, Time: time.Now(), Key: MakeKey(fmt.Sprintf("%08x", n), 1), StoredSize: 5000, WireSize: 5100,
		})
	}
	appendAll(b, l, records...)
	for b.Loop() {
		PendingPlaces(state, "work")
	}
}
