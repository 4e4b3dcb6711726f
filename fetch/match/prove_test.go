package match

import "testing"

// TestMatchProve has a person delete known messages, after they were listed.
func TestMatchProve(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"known by its UID", "kept a x, kept b y", "a=x b=y", "prove",
			"1 is known; 2 is known; prove 1 2; TOP 1 2; 1 is proved; 2 is proved",
		},
		{
			"another one has the UID", "kept a x, kept b y", "a=z b=y", "prove",
			"1 is known; 2 is known; prove 1 2; TOP 1 2; 1 is likely new, as RETR tells; 2 is proved; RETR 1: new, staged as a",
		},
		{
			"another one has the UID, with the same header", "kept a -x:1", "a=-x:2", "prove",
			"1 is known; prove 1; TOP 1; 1 is known, and RETR proves it; RETR 1: new, staged as a",
		},
		{
			"no Received", "kept a -x", "a=-x", "prove",
			"1 is known; prove 1; TOP 1; 1 is known, and RETR proves it; RETR 1: known; 1 is proved",
		},
		{
			"no header to see", "kept a x", "a=x?", "prove",
			"1 is known; prove 1; TOP 1; 1 is known, and RETR proves it; RETR 1: known; 1 is proved",
		},
		{
			"no header to see, and another one has the UID", "kept a x", "a=y?", "prove",
			"1 is known; prove 1; TOP 1; 1 is known, and RETR proves it; RETR 1: new, staged as a",
		},
		{
			"read meanwhile", "kept a x", "a=x*", "prove",
			"1 is known; prove 1; TOP 1; 1 is proved",
		},
		{
			"marked", "marked a x, marked b", "a=x b=y", "prove",
			"1 is known; 2 is known; prove 1 2; TOP 1; 1 is known; 2 is known",
		},
		{
			"vanished and back", "kept a x, gone a", "a=x", "prove",
			"TOP 1; back a; 1 is known, and RETR proves it; prove 1; 1 is known, and RETR proves it; RETR 1: known; 1 is proved; kept a x",
		},
		{
			"all UIDs changed", "kept a x, kept b -y", "1a=x 2a=-y", "prove",
			"TOP 1 2; moving begins; kept 1a x; back 1a; forgot a; gone b; 1 is known, and RETR proves it; 2 is new or known, as RETR tells; prove 1; 1 is known, and RETR proves it; 2 is new or known, as RETR tells; RETR 2: known; RETR 1: known; 1 is proved; 2 is proved; kept 1a x; kept 2a -y; forgot b; moving ends",
		},
		{
			"one UID twice", "kept a x, kept a~2 y", "a=y a=x", "prove",
			"TOP 1 2; 1 is proved; 2 is proved; prove 1 2; 1 is proved; 2 is proved",
		},
		{
			"two UIDs swapped", "kept a x, kept b y", "a=y b=x", "prove",
			"1 is known; 2 is known; prove 1 2; TOP 1 2; 1 is known, and RETR proves it; 2 is known, and RETR proves it; RETR 1: known; RETR 2: known; 1 is proved; 2 is proved; kept a y; kept b x",
		},
		{
			"numbers, the first was deleted", "kept 1 x/70, kept 2 y/80", "1=y/80", "prove",
			"TOP 1; the UIDs are numbers",
		},
		{
			"numbers", "kept 1 x, kept 2 y", "1=x 2=y", "prove",
			"TOP 2; 1 is known; 2 is proved; prove 1 2; TOP 1; 1 is proved; 2 is proved",
		},
		{
			"version 1", "kept a x fields", "a=x", "prove",
			"1 is known; prove 1; 1 is known",
		},
		{
			"a new one is left alone", "kept a x", "a=x b=y", "prove",
			"1 is known; 2 is new; prove 1; TOP 1; 1 is proved; 2 is new; RETR 2: new, staged as b",
		},
	} {
		t.Run(tc.name, tc.test)
	}
}
