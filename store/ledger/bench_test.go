package ledger

import (
	"fmt"
	"os"
	"testing"
	"time"

	"popfetch/store/durable"
)

// fill makes the ledger of an account that fetched n messages.
func fill(tb testing.TB, state *durable.Dir, n int) {
	tb.Helper()
	l, err := Open(state, "work", 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	now := time.Now()
	for i := 0; i < n; {
		var records []Record
		for range min(n-i, 10_000) {
			key := MakeKey(fmt.Sprintf("%08x%08x", i*7919, i), 1)
			records = append(records, Record{
				Kind: Kept, Time: now, Key: key, StoredSize: int64(i), Digests: Digests{Content: ContentDigest{byte(i), 1}},
			})
			i++
		}
		if err := l.Append(records...); err != nil {
			tb.Fatal(err)
		}
	}
}

func openDir(tb testing.TB) *durable.Dir {
	tb.Helper()
	state, err := durable.OpenDir(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { state.Close() })
	return state
}

// BenchmarkLoad reads a ledger of a million messages.
func BenchmarkLoad(b *testing.B) {
	const messages = 1_000_000
	state := openDir(b)
	fill(b, state, messages)
	info, err := os.Stat(state.Path("work.ledger"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		l, err := Read(state, "work")
		if err != nil {
			b.Fatal(err)
		}
		if l.Len() != messages {
			b.Fatalf("%d messages", l.Len())
		}
	}
}

// BenchmarkAppend records a batch of 128 messages, as staged and then as kept.
func BenchmarkAppend(b *testing.B) {
	state := openDir(b)
	l, err := Open(state, "work", 0)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	records := make([]Record, 128)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		for i := range records {
			records[i] = Record{
				Kind: Staged, Time: time.Now(), Key: Key(fmt.Sprintf("%08x%08x", n, i)), StoredSize: 5000,
				Text: "maildir 1795411500.M5P7Q1R0123456789abcdef.host,S=5003 /home/me/Mail/work",
			}
		}
		if err := l.Append(records...); err != nil {
			b.Fatal(err)
		}
	}
}
