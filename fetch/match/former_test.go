package match

import "testing"

// TestMatchFields knows messages by what version 1 of the ledger tells of them.
func TestMatchFields(t *testing.T) {
	for _, tc := range []matchCase{
		{
			"known by its UID", "kept a x fields", "a=x", "",
			"1 is known",
		},
		{
			"known by its UID, and due", "kept a x fields", "a=x", "due",
			"1 is known",
		},
		{
			"another size", "kept a x fields", "a=x/70", "",
			"TOP 1; kept a x/70 fields; back a; 1 is known",
		},
		{
			"another size and message", "kept a x fields", "a=y/70", "",
			"TOP 1; 1 is likely new, as RETR tells; RETR 1: new, staged as a; kept a~2 x fields; gone a~2",
		},
		{
			"back", "kept a x fields, gone a", "a=x", "",
			"TOP 1; back a; 1 is known",
		},
		{
			"back, and another size", "kept a x fields, gone a", "a=x:1/70", "",
			"TOP 1; kept a~2 x fields; gone a~2; forgot a; 1 is new; RETR 1: new, staged as a",
		},
		{
			"back, and another message", "kept a x fields, gone a", "a=y", "",
			"TOP 1; 1 is likely new, as RETR tells; RETR 1: new, staged as a; kept a~2 x fields; gone a~2",
		},
		{
			"back, and no header to see", "kept a x fields, gone a", "a=x?", "",
			"TOP 1; 1 is new or known, as RETR tells; RETR 1: known; marked a x fields; back a",
		},
		{
			"all UIDs changed", "kept a x fields, kept b y fields", "1a=y 2a=x 3a=z", "",
			"TOP 1 2 3; moving begins; kept 1a y fields; back 1a; forgot b; kept 2a x fields; back 2a; forgot a; 1 is known; 2 is known; 3 is likely new, as RETR tells; RETR 3: new, staged as 3a; moving ends",
		},
		{
			"all UIDs changed, and another size", "kept a x fields", "1a=x/70", "",
			"TOP 1; moving begins; gone a; 1 is likely new, as RETR tells; RETR 1: new, staged as 1a; moving ends",
		},
		{
			"one UID twice", "kept a x fields, kept a~2 y fields", "a=y a=x", "",
			"TOP 1 2; 1 is known; 2 is known",
		},
		{
			"beside one with digests, all UIDs changed", "kept a x fields, kept b y", "1a=y 2a=x 3a=z", "",
			"TOP 1 2 3; moving begins; kept 1a y; back 1a; forgot b; kept 2a x fields; back 2a; forgot a; 1 is known, and RETR proves it; 2 is known; 3 is likely new, as RETR tells; RETR 3: new, staged as 3a; moving ends",
		},
	} {
		t.Run(tc.name, tc.test)
	}
}
