package match

import (
	"strings"
	"testing"
)

// TestMatchOneUID tells messages apart that have one UID.
func TestMatchOneUID(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"both known", "kept a x, kept a~2 y", "a=x a=y", "due",
			"TOP 1 2; 1 is proved; 2 is proved",
		},
		{
			"in another order", "kept a x, kept a~2 y", "a=y a=x", "due",
			"TOP 1 2; 1 is proved; 2 is proved",
		},
		{
			"with the same header", "kept a -x:1, kept a~2 -x:2", "a=-x:1 a=-x:2", "due",
			"TOP 1 2; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved",
		},
		{
			"with the same header, in another order, not due", "kept a -x:1, kept a~2 -x:2", "a=-x:2 a=-x:1", "",
			"TOP 1 2; 1 is known, and RETR proves it; 2 is known, and RETR proves it",
		},
		{
			"the same bytes twice, both known", "kept a -x, kept a~2 -x", "a=-x a=-x", "due",
			"TOP 1 2; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved",
		},
		{
			"the first vanished, which was kept", "kept a x, failed a~2", "a=y", "due",
			"TOP 1; 1 is likely new, as RETR tells; RETR 1: new, staged as a; kept a~2 x; gone a~2",
		},
		{
			"a new one before the known", "kept a x", "a=y a=x", "due",
			"TOP 1 2; 1 is likely new, as RETR tells; 2 is known, and RETR proves it; RETR 1: new, staged as a~2; RETR 2: known; 2 is proved",
		},
		{
			"one of each", "kept a x, failed a~2, kept a~3 z, marked a~4", "a=v a=w a=z a=x", "",
			"TOP 1 2 3 4; 1 is known; 2 is likely new, as RETR tells; 3 is known, and RETR proves it; 4 is known, and RETR proves it; RETR 2: new, staged as a~2",
		},
		{
			"no header to see", "kept a x, kept a~2 y", "a=x? a=y?", "due",
			"TOP 1 2; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved",
		},
		{
			"an empty UID twice", "kept % x, kept %~2 y", "=y =x =z", "due",
			"TOP 1 2 3; moving begins; 1 is known, and RETR proves it; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as %~3; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; moving ends",
		},
		{
			"the key of the second is another's", "kept a y, kept a~2 x, gone a~2", "a=x", "",
			"1 is known",
		},
		{
			"like a pseudo-UID", "kept %25header:00 x", "%header:00=x header:00=y content:00=z", "due",
			"TOP 1; 1 is proved; 2 is new; 3 is new; RETR 2: new, staged as header:00; RETR 3: new, staged as content:00",
		},
		{
			"like a pseudo-UID, vanished and back", "kept %25header:00 x, gone %25header:00, kept header:00 y, gone header:00", "header:00=y %header:00=x", "",
			"TOP 1 2; back header:00; back %25header:00; 1 is known, and RETR proves it; 2 is known, and RETR proves it",
		},
	} {
		t.Run(tc.name, tc.test)
	}
}

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
