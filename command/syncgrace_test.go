package command

import (
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/store/ledger"
)

// eight is when the tests of grace begin.
var eight = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

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

// TestBusy is about a run that meets another one at work.
func TestBusy(t *testing.T) {
	since := func(ago time.Duration) error { return &ledger.InUseError{PID: 1, Since: time.Now().Add(-ago)} }
	patient := account{ErrorGrace: time.Hour}
	tests := []struct {
		name  string
		quiet bool
		a     account
		err   error
		want  bool
	}{
		{"for a minute", true, patient, since(time.Minute), true},
		{"for too long", true, patient, since(2 * time.Hour), false},
		{"not quiet", false, patient, since(time.Minute), false},
		{"no error_grace", true, account{}, since(time.Minute), false},
		{"it isn't known since when", true, patient, &ledger.InUseError{}, false},
		{"something else", true, patient, refused("QUIT", ""), false},
	}
	for _, test := range tests {
		p := &program{UI: &term.UI{Quiet: test.quiet}}
		if got := p.isBrieflyHeld(test.a, test.err); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}
