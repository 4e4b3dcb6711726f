package match

import (
	"strings"
	"testing"
)

// TestFetchesOnce tells known messages from new ones by content, whichever known one
// each was taken for before it came.
func TestFetchesOnce(t *testing.T) {
	for _, tc := range []struct {
		matchCase
		fresh int
	}{
		{matchCase{"one UID and header, in another order", "kept a -x:1, kept a~2 -x:2", "a=-x:2 a=-x:1", "due", ""}, 0},
		{matchCase{"one UID and header, one went and one came", "kept a -x:1, kept a~2 -x:2, kept a~3 -x:3", "a=-x:2 a=-x:3 a=-x:4", "due", ""}, 1},
		{matchCase{"one UID, no header to see, in another order", "kept a x, kept a~2 y", "a=y? a=x?", "due", ""}, 0},
		{matchCase{"two UIDs swapped, no header to see", "kept a x, kept b y", "a=y? b=x?", "due", ""}, 0},
		{matchCase{"numbers, the first was deleted", "kept 1 -x:1, kept 2 -x:2, kept 3 -x:3", "1=-x:2 2=-x:3", "", ""}, 0},
		{matchCase{"numbers, the first was deleted, due", "kept 1 -x:1, kept 2 -x:2, kept 3 -x:3", "1=-x:2 2=-x:3 3=-x:4", "due", ""}, 1},
		{matchCase{"numbers, the first was deleted, no header to see", "kept 1 -x, kept 2 -y", "1=-y?", "", ""}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if w := tc.run(tc.ledger(t)); w.fresh != tc.fresh {
				t.Errorf("known: %s\nlisted: %s\n%d messages were fetched, want %d\n%s", tc.known, tc.listed, w.fresh, tc.fresh, strings.Join(w.said, "\n"))
			}
		})
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

// TestProbedStaysKnown shows a message that lies in the mailbox under its UID as
// known, though it is looked at to find out whether UIDs are numbers: "list" would
// call it new, and "mark" write over what is known of it.
func TestProbedStaysKnown(t *testing.T) {
	tc := matchCase{"", "kept 1 -x, kept 2 -y", "1=-x 2=-y", "", ""}
	w := newWorld(tc.ledger(t), tc.listed, false)
	w.match(nil)
	for place := range w.list.Len() {
		if v := w.matcher.Verdict(place); !v.IsKnown {
			t.Errorf("message %d: %+v", place+1, v)
		}
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

// TestDigestsOfMailutils has what pop3d of GNU Mailutils, and UW, add to the first
// message of an mbox.
func TestDigestsOfMailutils(t *testing.T) {
	const rest = "A: 1\r\n\r\nbody\r\n"
	for _, field := range []string{"X-IMAPbase: 1795914017                    3\r\n", "X-IMAPbase: 1795914017                    4\r\n"} {
		got, want := printsOf(field+rest), printsOf(rest)
		if got.Header != want.Header || !got.Content.IsLike(want.Content) {
			t.Errorf("%q makes another message of it", field)
		}
	}
}

// TestDigestsOfLongName has a name with so many blanks behind it that it may come in
// pieces.
func TestDigestsOfLongName(t *testing.T) {
	for _, name := range []string{"Status", "Received"} {
		message := name + strings.Repeat(" ", maxLine+100) + ": 1\r\nA: 1\r\n\r\nbody\r\n"
		if got, want := printsOf(message[:maxLine+10], message[maxLine+10:]), printsOf(message); got != want {
			t.Errorf("%s: in two pieces %+v, at once %+v", name, got, want)
		}
	}
}

// TestConcludeForgetsNothing has two UIDs swapped, of which a person deletes both, and
// the server doesn't send the second. What is known of that one is known afterwards.
func TestConcludeForgetsNothing(t *testing.T) {
	known := knowing(t, "kept a x", "kept b y")
	w := newWorld(known, "a=y b=x", false)
	w.match(nil)
	w.prove()
	w.matcher.Prepare()
	if !w.matcher.Compare(w.list.Target(0), printsOf(textOf("y"))) {
		t.Fatal("the first is new")
	}
	w.conclude()
	if err := known.Append(w.records...); err != nil {
		t.Fatal(err)
	}
	next := matchCase{listed: "b=x"}.run(known)
	if next.fresh > 0 {
		t.Errorf("first: %q\nnext: %q", w.said, next.said)
	}
}
