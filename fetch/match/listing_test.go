package match

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/ledger"
)

// nothingKnown is a ledger without a message, which nobody can write to.
func nothingKnown(t testing.TB) *ledger.Ledger {
	t.Helper()
	known, err := ledger.Read(nil, "work")
	if err != nil {
		t.Fatal(err)
	}
	return known
}

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
		{"UIDs like those of popfetch", []line{{1, "%header:00"}, {2, "%header:00"}, {3, "header:00"}, {4, "content:00"}}, []string{"1 %25header:00", "2 %25header:00~2", "3 header:00", "4 content:00"}},
		{"the empty UID twice", []line{{1, ""}, {2, "%"}, {3, ""}, {4, "%"}}, []string{"1 %", "2 %25", "3 %~2", "4 %25~2"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := NewListing(knowing(t, "kept b", "kept z"))
			for _, line := range tc.lines {
				l.AddUID(line.number, []byte(line.uid))
			}
			var got []string
			for place := range l.Len() {
				target := l.TargetAt(place)
				got = append(got, fmt.Sprint(target.Number, " ", target.Key))
				if target.UID != target.Key.UID() || target.Size != -1 {
					t.Errorf("%+v", target)
				}
				if l.EntryAt(place).IsFetched() != (target.UID == "b") {
					t.Errorf("%s is known: %v", target.UID, l.EntryAt(place).IsFetched())
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
			if l.IsPseudo() || l.HasSizes() {
				t.Error("there are pseudo-UIDs or sizes")
			}
		})
	}
}

// TestListingOfHeaders gives messages of a server without UIDs names of their own.
func TestListingOfHeaders(t *testing.T) {
	l := NewListing(nothingKnown(t))
	x, y := printsOf("A: x\r\n\r\n"), printsOf("A: y\r\n\r\n")
	for i, header := range []Prints{x, y, x, x} {
		l.AddHeader(i+1, int64(10*i)-10, header)
	}
	of := func(p Prints, more string) ledger.Key {
		return ledger.Key(fmt.Sprintf("%%header:%x%s", p.Header, more))
	}
	want := []Target{
		{1, string(of(x, "")), -1, of(x, ""), false, 0},
		{2, string(of(y, "")), 0, of(y, ""), false, 1},
		{3, string(of(x, "")), 10, of(x, "~2"), false, 2},
		{4, string(of(x, "")), 20, of(x, "~3"), false, 3},
	}
	var got []Target
	for place := range l.Len() {
		got = append(got, l.TargetAt(place))
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Target{})); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if !l.IsPseudo() || !l.HasSizes() {
		t.Error("there are no pseudo-UIDs or sizes")
	}
}

// TestPseudoKeys never gives a server's UID the key of a pseudo-UID, nor takes one
// for the other.
func TestPseudoKeys(t *testing.T) {
	name := pseudoUID(printsOf("A: x\r\n\r\n").Header)
	pseudo := pseudoKey(name, 1)
	if !isPseudo(pseudo) || pseudo.UID() != name || pseudoKey(name, 2) != pseudo+"~2" || !isPseudo(pseudo+"~2") {
		t.Errorf("%s, %s", pseudo, pseudoKey(name, 2))
	}
	for _, uid := range []string{
		name, name + "~2", strings.TrimPrefix(name, "%"), "%25" + name[1:], "%", "%header:", "header:", "header:00",
		"content:00", "%content:00", "%Header:00", "%68eader:00", "", "~2", "%~2", "\x00", "%%header:",
	} {
		for copies := 1; copies <= 2; copies++ {
			if key := ledger.MakeKey(uid, copies); isPseudo(key) || key == pseudoKey(name, copies) || key.UID() != uid {
				t.Errorf("the UID %q has the key %s", uid, key)
			}
		}
	}
}

// TestHasUIDs knows the pseudo-UIDs of either version of the ledger.
func TestHasUIDs(t *testing.T) {
	for record, want := range map[string]bool{
		"kept a":         true,
		"marked a":       true,
		"kept %25header": true,
		"kept %":         true,
		"failed a":       false,
		"kept %header:0": false,
		"kept header:0":  false,
		"kept content:0": false,
	} {
		if HasUIDs(knowing(t, record)) != want {
			t.Errorf("%s: not %v", record, want)
		}
	}
	if HasUIDs(nothingKnown(t)) {
		t.Error("there are UIDs in an empty ledger")
	}
}

// TestSizes tells unknown sizes from others, and takes no more of a large maildrop
// than are looked at.
func TestSizes(t *testing.T) {
	l := NewListing(nothingKnown(t))
	for number := range 10*MaxSized + 10 {
		l.AddUID(number+1, []byte(strconv.Itoa(number)+"x"))
	}
	l.SetSize(1, 7)
	l.SetSize(2, 0)
	l.SetSize(3, -5)
	l.SetSize(-1, 8)
	l.SetSize(100_000, 9)
	for number, want := range map[int]int64{1: 7, 2: 0, 3: -1, 4: -1, 100_000: -1} {
		if got := l.Size(number); got != want {
			t.Errorf("message %d has %d bytes, want %d", number, got, want)
		}
	}
	for number := range 10 * MaxSized {
		l.SetFewSizes(number+10, 1)
	}
	if l.told != 2*MaxSized {
		t.Errorf("%d sizes", l.told)
	}
}

// TestSizesOutOfOrder has numbers that don't go up.
func TestSizesOutOfOrder(t *testing.T) {
	l := NewListing(nothingKnown(t))
	for _, number := range []int{5, 7, 3, 9, 3, 7, 1} {
		l.AddUID(number, []byte(strconv.Itoa(number)+"x"))
	}
	for _, number := range []int{1, 3, 9} {
		l.SetSize(number, int64(number))
	}
	for number, want := range map[int]int64{1: 1, 3: 3, 5: -1, 7: -1, 9: 9, 11: -1} {
		if got := l.Size(number); got != want {
			t.Errorf("message %d has %d bytes, want %d", number, got, want)
		}
	}
	if l.Len() != 5 || l.TargetAt(4).Size != 1 {
		t.Errorf("%d messages, the last of %d bytes", l.Len(), l.TargetAt(4).Size)
	}
}

// TestIsOdd goes by RFC 1939, section 7.
func TestIsOdd(t *testing.T) {
	for uid, want := range map[string]bool{
		"a": false, "!": false, "~": false, "%header:00": false, strings.Repeat("x", 70): false,
		"": true, strings.Repeat("x", 71): true, "a b": true, "a\x7f": true, "\x00": true, "ä": true, "a\t": true,
	} {
		if IsOdd(uid) != want || IsOdd([]byte(uid)) != want {
			t.Errorf("%q: not %v", uid, want)
		}
	}
}

// TestNumbered sees whether each UID is the number of its message.
func TestNumbered(t *testing.T) {
	for list, want := range map[string]bool{
		"1 2 3": true, "1 2 4": false, "1 02": false, "1 2 ": false, "1": true, "2": false, "1 +2": false,
	} {
		l := NewListing(nothingKnown(t))
		for i, uid := range strings.Split(list, " ") {
			l.AddUID(i+1, []byte(uid))
		}
		if l.numbered != want {
			t.Errorf("%q: not %v", list, want)
		}
	}
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

// FuzzListing takes in any list, of UIDs or of headers. Each message has a key of
// its own, which tells its UID; each number counts once.
func FuzzListing(f *testing.F) {
	for _, list := range []string{
		"1 a\n2 b\n3 c", "3 c\n1 a\n4 d\n4 d\n1 x\n2 c", "1 a\n2 a\n3 a~2\n4 a\n5 \n6 %\n7 \n8 %25\n9 %~2",
		"2147483647 \x00\r\x1b\xff\n1 \xc3\xbc b #", "1 %header:00\n2 header:00\n3 content:00\n4 %header:00~2",
		strings.Repeat("_", 70) + "\n" + strings.Repeat("_", 71) + "\n\x7f" + strings.Repeat("_", 68),
	} {
		f.Add(list, false)
		f.Add(list, true)
	}
	f.Fuzz(func(t *testing.T, list string, headers bool) {
		l := NewListing(nothingKnown(t))
		uids, keys := map[int]string{}, map[ledger.Key]bool{}
		for i, line := range strings.Split(list, "\n") {
			number, uid := i+1, line
			if digits, rest, found := strings.Cut(line, " "); found && !headers {
				if n, err := strconv.ParseInt(digits, 10, 32); err == nil {
					number, uid = int(n), rest
				}
			}
			if _, known := uids[number]; !known {
				uids[number] = ledger.ShortUID(uid)
			}
			if headers {
				prints := printsOf(uid + "\r\n\r\n")
				uids[number] = pseudoUID(prints.Header)
				l.AddHeader(number, 1, prints)
			} else {
				l.AddUID(number, []byte(uid))
			}
		}
		for place := range l.Len() {
			target := l.TargetAt(place)
			keys[target.Key] = true
			if target.UID != uids[target.Number] || target.Key.UID() != target.UID || isPseudo(target.Key) != headers {
				t.Errorf("%+v, want the UID %q", target, uids[target.Number])
			}
		}
		if len(keys) != l.Len() || l.Len() != len(uids) {
			t.Errorf("%d keys for %d messages with %d numbers", len(keys), l.Len(), len(uids))
		}
	})
}
