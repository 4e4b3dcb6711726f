package fetch

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
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
