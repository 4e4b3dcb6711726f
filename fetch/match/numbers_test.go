package match

import "testing"

// TestMatchNumbers has UIDs that are message numbers, or look like it.
func TestMatchNumbers(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"nothing happened", "kept 1 x, kept 2 y", "1=x 2=y 3=z", "",
			"TOP 2; 1 is known; 2 is proved; 3 is new; RETR 3: new, staged as 3",
		},
		{
			"the first was deleted, all are of one size", "kept 1 x, kept 2 y, kept 3 z", "1=y 2=z 3=w", "",
			"TOP 3; TOP 1 2; the UIDs are numbers",
		},
		{
			"the first was deleted, all are of one size, due", "kept 1 x, kept 2 y, kept 3 z", "1=y 2=z 3=w", "due",
			"TOP 1 2 3; the UIDs are numbers",
		},
		{
			"the first was deleted, the sizes differ", "kept 1 x/70, kept 2 y/80, kept 3 z/90", "1=y/80 2=z/90", "",
			"TOP 1 2; the UIDs are numbers",
		},
		{
			"all were replaced", "kept 1 x, kept 2 y", "1=z 2=w", "",
			"TOP 2; TOP 1; moving begins; 1 is likely new, as RETR tells; 2 is likely new, as RETR tells; RETR 1: new, staged as 1; kept 1~2 x; gone 1~2; RETR 2: new, staged as 2; kept 2~2 y; gone 2~2; moving ends; the UIDs are numbers",
		},
		{
			"the last was replaced", "kept 1 x, kept 2 y", "1=x 2=z", "",
			"TOP 2; TOP 1; moving begins; 1 is known, and RETR proves it; 2 is likely new, as RETR tells; RETR 2: new, staged as 2; kept 2~2 y; gone 2~2; moving ends; the UIDs are numbers",
		},
		{
			"no header to see", "kept 1 x, kept 2 y", "1=y?", "",
			"TOP 1; gone 2; 1 is known, and RETR tells whether UIDs are numbers; RETR 1: known; 1 is proved; kept 1~3 x; gone 1~3; kept 1 y; forgot 2; the UIDs are numbers",
		},
		{
			"nothing happened, and no Received", "kept 1 -x, kept 2 -y", "1=-x 2=-y", "",
			"TOP 2; 1 is known; 2 is known, and RETR tells whether UIDs are numbers; RETR 2: known; 2 is proved",
		},
		{
			"marked", "marked 1, marked 2", "1=x 2=y", "",
			"1 is known; 2 is known",
		},
	} {
		t.Run(tc.name, tc.test)
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
		if v := w.matcher.VerdictAt(place); !v.IsKnown {
			t.Errorf("message %d: %+v", place+1, v)
		}
	}
}
