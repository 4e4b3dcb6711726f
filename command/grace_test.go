package command

import (
	"testing"
	"time"

	"popfetch/store/ledger"
)

func TestSpellOf(t *testing.T) {
	earlier, hour := eight.Add(-time.Hour), spell{eight.Add(-time.Hour), true}
	tests := []struct {
		name   string
		before ledger.Summary
		code   int
		want   spell
	}{
		{"first", ledger.Summary{}, exitUnavailable, spell{since: eight}},
		{"goes on", ledger.Summary{Failing: earlier, Told: true, ErrorCode: exitTemporary}, exitUnavailable, hour},
		{"behind what doesn't pass", ledger.Summary{Failing: earlier, Told: true, ErrorCode: exitNoPerm}, exitTemporary, spell{since: eight}},
		{"behind one that was stopped", ledger.Summary{Failing: earlier, Told: true, ErrorCode: 143}, exitTemporary, hour},
		{"what doesn't pass leaves it", ledger.Summary{Failing: earlier, Told: true}, exitNoPerm, hour},
		{"what doesn't pass begins none", ledger.Summary{}, exitConfig, spell{}},
		{"the clock was set back", ledger.Summary{Failing: eight.Add(time.Hour)}, exitTemporary, spell{since: eight}},
	}
	for _, test := range tests {
		if got := spellOf(test.before, test.code, eight); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
