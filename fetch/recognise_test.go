package fetch

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/ledger"
)

// looksOf makes looks of names: "-" for a header that identifies nothing, "?"
// for one that the server doesn't show.
func looksOf(names string) (looks []look) {
	for name := range strings.FieldsSeq(names) {
		if name == "?" {
			looks = append(looks, look{})
		} else {
			looks = append(looks, look{seen: true, print: print(name)})
		}
	}
	return looks
}

func TestRecognise(t *testing.T) {
	atOnce := Rules{Delete: Delete{When: AtOnce}}
	for _, tc := range []struct {
		name   string
		known  []ledger.Record
		listed []string
		looks  string // at the doubtful ones
		rules  Rules
		want   []string
	}{
		{
			"vanished and back", says("kept a", "gone a", "kept b", "gone b"),
			[]string{"a", "b", "c"},
			"a b",
			Rules{},
			[]string{"retrieve 3 c", "back a", "back b"},
		},
		{
			"back, and deleted once more", says("kept a", "gone a"),
			[]string{"a"},
			"a", atOnce,
			[]string{"back a"}, // nobody told whether it is as large
		},
		{
			"a UID for another message", says("kept a", "gone a", "kept b"),
			[]string{"a", "b"},
			"x b", atOnce,
			[]string{"retrieve 1 a", "delete 2 b"},
		},
		{
			"a UID for another message, never missed", says("kept a", "kept b"),
			[]string{"a", "b"},
			"x b", atOnce,
			[]string{"retrieve 1 a", "delete 2 b", "gone a"},
		},
		{
			"another message that is too large", says("kept aaaa", "gone aaaa"),
			[]string{"aaaa"},
			"x",
			Rules{MaxSize: 3},
			[]string{"skip aaaa: larger than max_size"},
		},
		{
			"marked, vanished and back", says("marked a", "gone a"),
			[]string{"a"},
			"x", atOnce,
			[]string{"back a"},
		},
		{
			"no header to see", says("kept a", "gone a", "marked b", "gone b"),
			[]string{"a", "b"},
			"? ?", atOnce,
			[]string{"check 1 a", "back b"},
		},
		{
			"no header to see, too large to be retrieved", says("kept aaaa", "gone aaaa"),
			[]string{"aaaa"},
			"?",
			Rules{MaxSize: 3},
			[]string{"skip aaaa: larger than max_size"},
		},
		{
			"a header that tells nothing, now as before", says("kept a -", "gone a"),
			[]string{"a"},
			"-",
			Rules{},
			[]string{"check 1 a"},
		},
		{
			"a header that tells nothing, unlike before", says("kept a", "gone a"),
			[]string{"a"},
			"-",
			Rules{},
			[]string{"retrieve 1 a"},
		},
		{
			"a header that tells, unlike before", says("kept a -", "gone a"),
			[]string{"a"},
			"x",
			Rules{},
			[]string{"retrieve 1 a"},
		},

		{
			"one UID twice, both known", says("kept a x", "kept a~2 y"),
			[]string{"a", "a"},
			"x y", atOnce,
			[]string{"delete 1 a", "delete 2 a~2"},
		},
		{
			"in another order", says("kept a x", "kept a~2 y"),
			[]string{"a", "a"},
			"y x", atOnce,
			[]string{"delete 1 a~2", "delete 2 a"},
		},
		{
			"with the same header", says("kept a x", "kept a~2 x"),
			[]string{"a", "a", "a"},
			"x x x", atOnce,
			[]string{"retrieve 3 a~3", "delete 1 a", "delete 2 a~2", "failed a~3"},
		},
		{
			"the first vanished, which was kept", says("kept a x", "failed a~2"),
			[]string{"a"},
			"y", atOnce,
			[]string{"retrieve 1 a~2", "gone a"},
		},
		{
			"the first was deleted, both were kept", says("kept a x", "kept a~2 y", "owed a", "gone a"),
			[]string{"a"},
			"y",
			Rules{},
			nil,
		},
		{
			"a new one before the known", says("kept a x"),
			[]string{"a", "a"},
			"y x", atOnce,
			[]string{"retrieve 1 a~2", "delete 2 a", "failed a~2"},
		},
		{
			"one of each", says("kept a x", "failed a~2", "kept a~3 z", "marked a~4"),
			[]string{"a", "a", "a", "a"},
			"v w z x",
			Rules{},
			[]string{"retrieve 2 a~2"},
		},
		{
			"twice, and no header to see", says("kept a x", "kept a~2 y"),
			[]string{"a", "a", "a"},
			"? ? ?", atOnce,
			[]string{"check 1 a~3", "check 2 a~4", "check 3 a~5"},
		},
		{
			"once of two, and no header to see", says("kept a x", "kept a~2 y", "kept b"),
			[]string{"a"},
			"?", atOnce,
			[]string{"check 1 a~3", "gone b"},
		},

		{
			"all UIDs changed", says("kept a", "kept b", "kept e", "marked c", "failed d"),
			[]string{"1", "2", "3", "4"},
			"b x a e",
			Rules{},
			[]string{"retrieve 2 2", "marked 1", "marked 3", "marked 4", "gone a", "gone b", "gone c", "gone d", "gone e"},
		},
		{
			"all UIDs changed, and a deletion is owed", says("kept a", "owed a", "kept b", "kept c"),
			[]string{"1", "2", "3"},
			"a b c",
			Rules{},
			[]string{"marked 1", "marked 2", "marked 3", "gone a", "gone b", "gone c"},
		},
		{
			"all were removed, and what came has the header of one of them", says("kept a", "kept b"),
			[]string{"1"},
			"a",
			Rules{},
			[]string{"check 1 1"},
		},
		{
			"all UIDs changed, and no header to see", says("kept a"),
			[]string{"1", "2"},
			"? ?",
			Rules{},
			[]string{"check 1 1", "check 2 2"},
		},
		{
			"all vanished before", says("kept a", "gone a"),
			[]string{"1"},
			"",
			Rules{},
			[]string{"retrieve 1 1"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := NewPlan(listing(knowing(t, tc.known...), tc.listed...), tc.rules, now)
			looks := looksOf(tc.looks)
			if len(p.doubtful()) != len(looks) {
				t.Fatalf("doubtful: %v", p.doubtful())
			}
			if len(looks) > 0 {
				p.recognise(looks)
				p.doubt.listed = nil // so that told leaves them out
			}
			if diff := cmp.Diff(tc.want, told(bounded(p))); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

// TestMovedKeepsWhatIsKnown says of the new key what was known of the old one,
// but that it must not be deleted by a rule.
func TestMovedKeepsWhatIsKnown(t *testing.T) {
	since := now.Add(-10 * 24 * time.Hour)
	kept := ledger.Record{Kind: ledger.Kept, Time: since, Key: "a", Size: 7, Told: 70, Fingerprint: print("a")}
	marked := ledger.Record{Kind: ledger.Marked, Time: since, Key: "b", Size: 8, Told: 80, Fingerprint: print("b")}
	rules := Rules{Delete: Delete{When: AfterWhile, After: time.Hour}}
	list := listing(knowing(t, kept, marked), "1", "2")
	list.tell(1, kept.Told)
	list.tell(2, marked.Told)
	p := NewPlan(list, rules, now)
	p.recognise(looksOf("a b"))
	kept.Key, marked.Key = "1", "2"
	kept.Kind = ledger.Marked
	if diff := cmp.Diff([]ledger.Record{kept, marked}, p.Records[:2]); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if len(p.Delete) > 0 {
		t.Errorf("deletes %v", p.Delete)
	}
}

// TestWhole recognises messages that had to be retrieved.
func TestWhole(t *testing.T) {
	known := knowing(t, says("kept a x", "kept a~2 -", "kept b", "gone b")...)
	p := NewPlan(listing(known, "a", "a", "b"), Rules{}, now)
	p.recognise(looksOf("? ? ?"))
	find := func(i int, name string, size int64) string {
		target := p.listing.target(i)
		c := p.whole(target, print(name), size)
		if c == nil {
			return ""
		}
		p.same(&target, c, true)
		return string(c.key)
	}
	for _, tc := range []struct {
		target int
		name   string
		size   int64
		want   string
	}{
		{2, "x", 1, ""},    // of another UID
		{0, "-", 4, ""},    // of another size
		{0, "-", 3, "a~2"}, // the length of its name
		{1, "-", 3, ""},    // found already
		{1, "x", 99, "a"},  // a header tells more than the size
		{2, "b", 1, "b"},
	} {
		if got := find(tc.target, tc.name, tc.size); got != tc.want {
			t.Errorf("%+v: it is taken for %q", tc, got)
		}
	}
}
