package match

import (
	"strings"
	"testing"
)

// TestMatch finds known messages under the UIDs that they had.
func TestMatch(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"known by its UID", "kept a x", "a=x b=y", "",
			"1 is known; 2 is new; RETR 2: new, staged as b",
		},
		{
			"known by its UID, and due", "kept a x", "a=x", "due",
			"TOP 1; 1 is proved",
		},
		{
			"failed before", "failed a", "a=x", "",
			"1 is new; RETR 1: new, staged as a",
		},
		{
			"vanished and back", "kept a x, gone a, kept b y, gone b", "a=x b=y c=z", "",
			"TOP 1 2; back a; back b; 1 is known, and RETR proves it; 2 is known, and RETR proves it; 3 is new; RETR 3: new, staged as c",
		},
		{
			"vanished and back, due", "kept a x, gone a", "a=x", "due",
			"TOP 1; back a; 1 is known, and RETR proves it; RETR 1: known; 1 is proved; kept a x",
		},
		{
			"deleted and back", "kept a x, deleted a", "a=x", "due",
			"TOP 1; back a; 1 is known, and RETR proves it; RETR 1: known; 1 is proved; kept a x",
		},
		{
			"a UID for another message", "kept a x, gone a, kept b y", "a=z b=y", "",
			"TOP 1; 1 is likely new, as RETR tells; 2 is known; RETR 1: new, staged as a; kept a~2 x; gone a~2",
		},
		{
			"a UID for another message, never missed", "kept a x, kept b y", "a=z b=y", "",
			"1 is known; 2 is known",
		},
		{
			"a UID for another message, never missed, due", "kept a x, kept b y", "a=z b=y", "due",
			"TOP 1 2; 1 is likely new, as RETR tells; 2 is proved; RETR 1: new, staged as a; kept a~2 x; gone a~2",
		},
		{
			"a UID for another message of another size", "kept a x, kept b y", "a=z/70 b=y", "",
			"TOP 1; 1 is likely new, as RETR tells; 2 is known; RETR 1: new, staged as a; kept a~2 x; gone a~2",
		},
		{
			"another size of the same message", "kept a x/70", "a=x", "",
			"TOP 1; kept a x; back a; 1 is known, and RETR proves it",
		},
		{
			"another size of the same message, due", "kept a x/70", "a=x", "due",
			"TOP 1; kept a x; back a; 1 is known, and RETR proves it; RETR 1: known; 1 is proved; kept a x",
		},
		{
			"another size, and no Received", "kept a -x/70", "a=-x", "",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: known; 1 is proved; kept a -x",
		},
		{
			"an alarm with the header of one before", "kept a -x:1", "a=-x:2", "",
			"1 is known",
		},
		{
			"an alarm with the header of one before, due", "kept a -x:1", "a=-x:2", "due",
			"TOP 1; 1 is known, and RETR proves it; RETR 1: new, staged as a; kept a~2 -x:1; gone a~2",
		},
		{
			"an alarm with the header of one that was deleted", "kept a -x:1, deleted a", "a=-x:2", "due",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: new, staged as a; kept a~2 -x:1; deleted a~2",
		},
		{
			"the same alarm once more", "kept a -x:1, deleted a", "a=-x:1", "due",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: known; 1 is proved; kept a -x:1",
		},
		{
			"marked", "marked a", "a=x", "due",
			"1 is known",
		},
		{
			"marked, vanished and back", "marked a, gone a", "a=x", "due",
			"back a; 1 is known",
		},
		{
			"marked, vanished, and another size told", "marked a /70, gone a", "a=x", "due",
			"marked a~2 nothing known/70; gone a~2; forgot a; 1 is new; RETR 1: new, staged as a",
		},
		{
			"no header to see", "kept a x, gone a, marked b, gone b", "a=x? b=y?", "",
			"TOP 1; back b; 1 is new or known, as RETR tells; 2 is known; RETR 1: known; 1 is proved; kept a x",
		},
		{
			"no header to see, due", "kept a x", "a=x?", "due",
			"TOP 1; 1 is known, and RETR proves it; RETR 1: known; 1 is proved",
		},
		{
			"no header to see, another message", "kept a x, gone a", "a=y?", "",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: new, staged as a; kept a~2 x; gone a~2",
		},
		{
			"TOP lies", "kept a x, gone a", "a=x", "lies",
			"TOP 1; 1 is likely new, as RETR tells; RETR 1: known; 1 is proved; kept a x; TOP lies",
		},
		{
			"TOP lies, and due", "kept a x", "a=x b=y", "due lies",
			"TOP 1; 1 is likely new, as RETR tells; 2 is new; RETR 1: known; RETR 2: new, staged as b; 1 is proved; TOP lies",
		},
		{
			"TOP lies, and no Received", "kept a -x, gone a", "a=-x", "lies",
			"TOP 1; 1 is likely new, as RETR tells; RETR 1: known; 1 is proved; kept a -x; TOP lies",
		},
		{
			"read meanwhile", "kept a -x", "a=-x*", "due",
			"TOP 1; 1 is known, and RETR proves it; RETR 1: known; 1 is proved",
		},
		{
			"read meanwhile, and vanished and back", "kept a -x, gone a", "a=-x*", "due",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: known; marked a -x; back a",
		},
		{
			"another content under a header that identifies, back", "kept a x:1, gone a", "a=x:2", "due",
			"TOP 1; back a; 1 is known, and RETR proves it; RETR 1: new, staged as a; kept a~2 x:1; gone a~2",
		},
		{
			"another content under a header that identifies, never missed", "kept a x:1/70", "a=x:2", "due",
			"TOP 1; kept a x:1; back a; 1 is known, and RETR proves it; RETR 1: new, staged as a; kept a~2 x:1/70; gone a~2",
		},
	} {
		t.Run(tc.name, tc.test)
	}
}

// TestRunsAreSteady has the same list once more and once more. The third run knows
// all, and has nothing to write down.
func TestRunsAreSteady(t *testing.T) {
	for _, tc := range []matchCase{
		{"one UID and header, and one more came", "kept a -x:1, kept a~2 -x:2", "a=-x:1 a=-x:2 a=-x:3", "", ""},
		{"one UID and header, and one went", "kept a -x:1, kept a~2 -x:2", "a=-x:2", "", ""},
		{"one UID, and the first was deleted", "kept a x, kept a~2 y, deleted a", "a=y", "", ""},
		{"the same bytes twice", "kept a -x", "a=-x a=-x", "", ""},
		{"one UID, no header to see", "kept a x", "a=x? a=y?", "", ""},
		{"pseudo-UID, no Received", "kept P(-y) -y", "=-y", "pseudo", ""},
		{"pseudo-UID, no Received, once with a UID", "kept a -y", "=-y", "pseudo", ""},
		{"pseudo-UIDs, one header", "kept P(-x) -x:1", "=-x:1 =-x:2", "pseudo", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			known := tc.ledger(t)
			var all []string
			for run := range 4 {
				w := tc.run(known)
				all = append(all, strings.Join(w.said, "; "))
				if err := known.Append(w.records...); err != nil {
					t.Fatal(err)
				}
				if run > 1 && len(w.records) > 0 {
					t.Fatalf("known: %s\nlisted: %s\n%s", tc.known, tc.listed, strings.Join(all, "\n"))
				}
			}
		})
	}
}

// TestLyingTopAndShortRun has TOP show another header, which nobody notices as the
// run ends before the message is retrieved. The next run believes TOP no more.
func TestLyingTopAndShortRun(t *testing.T) {
	tc := matchCase{"", "kept m z, kept a -x, gone a", "m=z a=-x", "lies", ""}
	known := tc.ledger(t)
	w := newWorld(known, tc.listed, false)
	w.lies = true
	w.match(nil)
	if err := known.Append(w.records...); err != nil {
		t.Fatal(err)
	}
	tc.listed, tc.how = "m=z? a=-x?", ""
	if next := tc.run(known); next.fresh > 0 {
		t.Errorf("first: %q\nnext: %q", w.said, next.said)
	}
}
