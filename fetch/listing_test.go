package fetch

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/turntest"
	"popfetch/store/ledger"
)

// TestListing takes in lists as servers should not send them.
func TestListing(t *testing.T) {
	type line struct {
		number int
		uid    string
	}
	for _, tc := range []struct {
		name  string
		lines []line
		want  []string
	}{
		{"upwards", []line{{1, "a"}, {3, "b"}, {7, "c"}}, []string{"1 a", "3 b", "7 c"}},
		{"downwards", []line{{3, "a"}, {2, "b"}, {1, "c"}}, []string{"3 a", "2 b", "1 c"}},
		{"a number twice", []line{{1, "a"}, {2, "b"}, {2, "c"}, {1, "d"}, {3, "e"}}, []string{"1 a", "2 b", "3 e"}},
		{"a number twice, much later", []line{{5, "a"}, {1, "b"}, {9, "c"}, {9, "c"}, {5, "a"}, {2, "d"}}, []string{"5 a", "1 b", "9 c", "2 d"}},
		{"a UID twice", []line{{1, "a"}, {2, "a"}, {3, "b"}, {4, "a"}}, []string{"1 a", "2 a~2", "3 b", "4 a~3"}},
		{"UIDs like keys", []line{{1, "a~2"}, {2, "a"}, {3, "a"}, {4, "%"}, {5, ""}}, []string{"1 a%7E2", "2 a", "3 a~2", "4 %25", "5 %"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := NewListing(knowing(t, says("kept b", "kept z")...))
			for _, line := range tc.lines {
				l.Add(line.number, []byte(line.uid))
			}
			var got []string
			for place := range l.Len() {
				target := l.target(place)
				got = append(got, fmt.Sprint(target.Number, " ", target.Key))
				if target.UID != target.Key.UID() {
					t.Errorf("%v has the UID %q", target.Key, target.UID)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

// FuzzTargets has a server list its maildrop in any way. What sync makes of the
// lines as they come and what the other commands make of the whole list is the
// same: or one would delete or mark what the other takes for another message.
func FuzzTargets(f *testing.F) {
	for _, list := range []string{
		"1 a\r\n2 b\r\n3 c\r\n", "3 c\r\n1 a\r\n4 d\r\n4 d\r\n1 x\r\n2 c\r\n", "1 a\r\n2 a\r\n3 a~2\r\n4 a\r\n5\r\n6 %\r\n7 \r\n",
		"2147483647 \x00\r\x1b\xff\r\n1\t\xc3\xbc b #\r\n",
	} {
		f.Add([]byte(list))
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		connect := func() *pop3.Client {
			reply := "+OK\r\n" + string(list) + ".\r\n"
			c := pop3.New(t.Context(), turntest.Answering("+OK\r\n", func(string) string { return reply }), nil)
			c.Greeting()
			return c
		}
		items, err := connect().Survey(pop3.Survey{UIDs: true})
		known, ledgerErr := ledger.Read(nil, "work")
		listing := NewListing(known)
		otherErr := connect().UniqueIDs(false, listing.Add, nil)
		if (err == nil) != (otherErr == nil) || ledgerErr != nil {
			t.Fatalf("%v, but %v, %v", err, otherErr, ledgerErr)
		}
		if err != nil {
			return
		}
		got := []Target{}
		keys := map[ledger.Key]bool{}
		for place := range listing.Len() {
			got = append(got, listing.target(place))
			keys[got[place].Key] = true
		}
		if diff := cmp.Diff(Targets(items), got); diff != "" || len(keys) != len(got) {
			t.Errorf("%q, %d keys: %s", list, len(keys), diff)
		}
	})
}

// TestBits has a small set of numbers.
func TestBits(t *testing.T) {
	var b bits
	for _, n := range []int{0, 63, 64, 1000} {
		if b.has(n) || !b.add(n) || b.add(n) || !b.has(n) {
			t.Errorf("%d", n)
		}
	}
	if b.has(1) || b.has(65) || b.has(100_000) {
		t.Errorf("%x", b)
	}
}
