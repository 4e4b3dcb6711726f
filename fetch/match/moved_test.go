package match

import "testing"

// TestMatchMoved finds known messages under other UIDs.
func TestMatchMoved(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"all UIDs changed", "kept a x, kept b y, kept e z, marked c, failed d", "1a=y 2a=v 3a=x 4a=z", "",
			"TOP 1 2 3 4; moving begins; kept 1a y; back 1a; forgot b; kept 3a x; back 3a; forgot a; kept 4a z; back 4a; forgot e; gone c; gone d; 1 is known, and RETR proves it; 2 is likely new, as RETR tells; 3 is known, and RETR proves it; 4 is known, and RETR proves it; RETR 2: new, staged as 2a; moving ends",
		},
		{
			"all UIDs changed, due", "kept a x, kept b y", "1a=y 2a=x", "due",
			"TOP 1 2; moving begins; kept 1a y; back 1a; forgot b; kept 2a x; back 2a; forgot a; moving ends; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; kept 1a y; kept 2a x",
		},
		{
			"all UIDs changed, and a deletion is owed", "kept a x, owed a, kept b y", "1a=x 2a=y", "due",
			"TOP 1 2; moving begins; kept 1a x; back 1a; forgot a; kept 2a y; back 2a; forgot b; moving ends; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; kept 1a x; kept 2a y",
		},
		{
			"all UIDs changed, and no Received", "kept a -x:1, kept b -x:2, kept c -y", "1a=-x:2 2a=-x:1 3a=-x:3 4a=-y", "",
			"TOP 1 2 3 4; moving begins; gone a; gone b; gone c; 1 is new or known, as RETR tells; 2 is new or known, as RETR tells; 3 is new or known, as RETR tells; 4 is new or known, as RETR tells; RETR 1: known; RETR 2: known; RETR 3: new, staged as 3a; RETR 4: known; 1 is proved; 2 is proved; 4 is proved; kept 1a -x:2; forgot b; kept 2a -x:1; forgot a; kept 4a -y; forgot c; moving ends",
		},
		{
			"all UIDs changed, and no header to see", "kept a x", "1a=x? 2a=y?", "",
			"TOP 1 2; moving begins; gone a; 1 is new or known, as RETR tells; 2 is new or known, as RETR tells; RETR 1: known; RETR 2: new, staged as 2a; 1 is proved; kept 1a x; forgot a; moving ends",
		},
		{
			"all UIDs changed, and some were read", "kept a x, kept b -y", "1a=x* 2a=-y*", "due",
			"TOP 1 2; moving begins; kept 1a x; back 1a; forgot a; gone b; 1 is known, and RETR proves it; 2 is new or known, as RETR tells; RETR 2: known; RETR 1: known; marked 1a x; back 1a; marked 2a -y; back 2a; forgot b; moving ends",
		},
		{
			"no UIDs any more", "kept a x, kept b y", "=x =y =z", "pseudo",
			"moving begins; kept P(x) x; back P(x); forgot a; kept P(y) y; back P(y); forgot b; 1 is known, and RETR proves it; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as P(z); moving ends",
		},
		{
			"pseudo-UIDs as before", "kept P(x) x, kept P(y) y", "=y =x =z", "pseudo",
			"1 is known, and RETR proves it; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as P(z)",
		},
		{
			"pseudo-UIDs as before, due", "kept P(x) x, kept P(y) y", "=x =y =z", "pseudo due",
			"1 is known, and RETR proves it; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as P(z); RETR 1: known; RETR 2: known; 1 is proved; 2 is proved",
		},
		{
			"pseudo-UIDs, a new one with a known header and no Received", "kept P(-x) -x:1, gone P(-x)", "=-x:2", "pseudo",
			"1 is new or known, as RETR tells; RETR 1: new, staged as P(-x)~2",
		},
		{
			"all UIDs changed, of messages that were marked", "marked a x, marked b -y", "1a=x 2a=-y 3a=z", "",
			"TOP 1 2 3; moving begins; marked 1a x; back 1a; forgot a; gone b; 1 is known; 2 is new or known, as RETR tells; 3 is likely new, as RETR tells; RETR 3: new, staged as 3a; RETR 2: known; marked 2a -y; forgot b; moving ends",
		},
		{
			"all were removed, and one with a known header came", "kept a -x:1, kept b y", "1a=-x:2", "",
			"TOP 1; moving begins; gone a; gone b; 1 is new or known, as RETR tells; RETR 1: new, staged as 1a; moving ends",
		},
		{
			"all were deleted by popfetch", "kept a x, deleted a", "1a=x", "",
			"1 is new; RETR 1: new, staged as 1a",
		},
		{
			"all vanished before", "kept a x, gone a", "1a=y", "",
			"TOP 1; moving begins; 1 is likely new, as RETR tells; RETR 1: new, staged as 1a; moving ends",
		},
		{
			"a move that isn't told to its end", "moving, kept a x, kept b y, kept 1a z", "1a=z 2a=x 3a=w", "",
			"TOP 2 3; kept 2a x; back 2a; forgot a; gone b; 1 is known; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as 3a; moving ends",
		},
		{
			"one of several moved", "kept a x, kept b y", "a=x 2a=y", "",
			"gone b; 1 is known; 2 is new; RETR 2: known; 2 is proved; kept 2a y; forgot b",
		},
		{
			"one of several moved, and no Received", "kept a x, kept b -y", "a=x 2a=-y", "",
			"gone b; 1 is known; 2 is new; RETR 2: new, staged as 2a",
		},
		{
			"one of several moved, which has a header of two", "kept a x, kept b y:1, kept c y:2", "a=x 2a=y:1 3a=y:3", "",
			"gone b; gone c; 1 is known; 2 is new; 3 is new; RETR 2: known; RETR 3: new, staged as 3a; 2 is proved; kept 2a y:1; forgot b",
		},
		{
			"moved back", "kept 1a x, kept a x, gone a", "a=x", "",
			"TOP 1; moving begins; gone 1a; 1 is new or known, as RETR tells; RETR 1: known; 1 is proved; kept a x; moving ends",
		},
		{
			"an odd day", "kept a x, kept b y", "a=x =y =z", "",
			"TOP 2 3; moving begins; kept % y; back %; forgot b; 1 is known; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as %~2; moving ends",
		},
		{
			"an odd day is over", "kept a x, kept % y", "a=x b=y c=z", "",
			"TOP 2 3; moving begins; kept b y; back b; forgot %; 1 is known; 2 is known, and RETR proves it; 3 is likely new, as RETR tells; RETR 3: new, staged as c; moving ends",
		},
		{
			"two UIDs swapped", "kept a x, kept b y", "a=y b=x", "due",
			"TOP 1 2; kept a y; back a; kept b x; back b; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; kept a y; kept b x",
		},
		{
			"its UID taken by another", "kept a x, kept b y", "a=z b=y c=x", "due",
			"TOP 1 2; 1 is likely new, as RETR tells; 2 is proved; 3 is new; RETR 1: new, staged as a; kept a~2 x; gone a~2; RETR 3: known; 3 is proved; kept c x",
		},
		{
			"UIDs again", "kept P(x) x, kept P(-y) -y", "a=x b=-y c=z", "",
			"TOP 1 2 3; moving begins; kept a x; back a; forgot P(x); gone P(-y); 1 is known, and RETR proves it; 2 is new or known, as RETR tells; 3 is likely new, as RETR tells; RETR 3: new, staged as c; RETR 2: known; 2 is proved; kept b -y; forgot P(-y); moving ends",
		},
		{
			"two new ones with the same bytes", "", "a=x b=x", "",
			"1 is new; 2 is new; RETR 1: new, staged as a; RETR 2: new, staged as b",
		},
		{
			"a new one with the bytes of one that is there", "kept a x", "a=x b=x", "",
			"1 is known; 2 is new; RETR 2: new, staged as b",
		},
		{
			"two with the bytes of one that vanished", "kept a x, gone a, kept m y", "m=y b=x c=x", "",
			"1 is known; 2 is new; 3 is new; RETR 2: known; RETR 3: new, staged as c; 2 is proved; kept b x; forgot a",
		},
		{
			"one with the bytes of one that popfetch deleted", "kept a x, deleted a, kept m y", "m=y b=x", "",
			"1 is known; 2 is new; RETR 2: new, staged as b",
		},
		{
			"one with the bytes of one that vanished, and no Received", "kept a -x, gone a, kept m y", "m=y b=-x", "",
			"1 is known; 2 is new; RETR 2: new, staged as b",
		},
		{
			"two of the same bytes, one of them vanished", "kept a x, kept b x", "b=x", "",
			"gone a; 1 is known",
		},
		{
			"two of the same bytes, and all UIDs changed", "kept a x, kept b x", "1a=x 2a=x", "due",
			"TOP 1 2; moving begins; gone a; gone b; 1 is new or known, as RETR tells; 2 is new or known, as RETR tells; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; kept 1a x; forgot a; kept 2a x; forgot b; moving ends",
		},
		{
			"two of the same bytes and a third, and all UIDs changed", "kept a -x, kept b -x", "1a=-x 2a=-x 3a=-x", "due",
			"TOP 1 2 3; moving begins; gone a; gone b; 1 is new or known, as RETR tells; 2 is new or known, as RETR tells; 3 is new or known, as RETR tells; RETR 1: known; RETR 2: known; RETR 3: new, staged as 3a; 1 is proved; 2 is proved; kept 1a -x; forgot a; kept 2a -x; forgot b; moving ends",
		},
	} {
		t.Run(tc.name, tc.test)
	}
}
