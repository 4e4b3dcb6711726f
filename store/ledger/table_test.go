package ledger

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTable does with a table and with a map the same, across several sizes of
// its slots and blocks, with short keys and some that fill a block of text.
func TestTable(t *testing.T) {
	table, want := newTable(0), map[Key]Entry{}
	key := func(i int) Key {
		if i%500 == 0 {
			return Key(strings.Repeat("x", maxKey-20) + fmt.Sprint(i))
		}
		return Key(fmt.Sprint("key", i))
	}
	const n = 5000
	for i := range n {
		if row := findOrAddRow(&table, string(key(i))); row != i {
			t.Fatalf("key %d is in row %d", i, row)
		}
		if i%3 != 0 {
			e := Entry{StoredSize: int64(i), since: 1, state: kept, flags: flags(i % 8), gone: int64(i % 5)}
			table.setEntry(i, e)
			want[key(i)] = e
		}
		if i%7 == 0 {
			table.setEntry(i, Entry{})
			delete(want, key(i))
		}
	}
	for i := range n {
		if row := findOrAddRow(&table, string(key(i))); row != i || Key(table.keyOf(row)) != key(i) {
			t.Fatalf("key %d is in row %d then", i, row)
		}
	}
	if d := cmp.Diff(want, maps.Collect(table.allEntries()), cmp.AllowUnexported(Entry{})); d != "" {
		t.Error(d)
	}
	if table.live != len(want) || table.rows != n || table.findRow("another") >= 0 {
		t.Errorf("%d of %d rows are live, want %d", table.live, table.rows, len(want))
	}
}

// TestPresized has as many keys as it was made for, and then more.
func TestPresized(t *testing.T) {
	table := newTable(10_000)
	slots := len(table.slots)
	for i := range 10_000 {
		findOrAddRow(&table, fmt.Sprint(i))
	}
	if len(table.slots) != slots {
		t.Error("the slots were too few")
	}
	for i := range 100_000 {
		if row := findOrAddRow(&table, fmt.Sprint(i)); row != i {
			t.Fatalf("key %d is in row %d", i, row)
		}
	}
}
