package command

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/store/ledger"
)

func TestTellStandings(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)
	at := func(d time.Duration) *time.Time { return new(now.Add(d)) }
	wrong := "login refused: \x1b[31m"
	all := []standing{
		{Account: "work", LastSuccess: at(-3*time.Minute - 5*time.Second), Kept: 12345, Owed: 1},
		{Account: "来週", Kept: 1, NextLogin: at(12*time.Minute + time.Second), wait: "min_interval"},
		{Account: "a", LastSuccess: at(-50 * time.Hour), Failed: 1, Failures: []failing{
			{UID: "u\x1b", Count: 1, Error: "cut"}, {UID: "v", Count: 3, Next: at(time.Hour), Error: "cut\n"},
		}, LastError: &wrong, ErrorSince: at(0)},
	}
	var out bytes.Buffer
	(&program{UI: &term.UI{Out: &out}}).printStandings(all, now)
	want := `work: last success 2026-11-23 11:56:55 (3 minutes ago), 12345 messages kept, 0 failed, 1 message to be deleted on the server
来週: last success never,                                    1 message kept, 0 failed, next login after 2026-11-23 12:12:01 (in 12 minutes): min_interval
a:    last success 2026-11-21 10:00:00 (2 days ago),        0 messages kept, 1 failed
a: message with uid "u\x1b" failed once, the next run tries again: cut
a: message with uid "v" failed 3 times, a run after 2026-11-23 13:00:00 (in 1 hour) tries again: cut\n
a: last error 2026-11-23 12:00:00 (now): login refused: \x1b[31m
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestManyFailures names some of them, and tells that there are more.
func TestManyFailures(t *testing.T) {
	s := standing{Account: "work"}
	for i := range maxFailing + 3 {
		s.Failures = append(s.Failures, failing{UID: fmt.Sprint(i)})
	}
	lines := s.detailLines(time.Now())
	if len(lines) != maxFailing+1 || !strings.HasPrefix(lines[maxFailing], "and 3 messages more ") {
		t.Errorf("got %q", lines)
	}
}

func TestNextLogin(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name     string
		summary  ledger.Summary
		interval time.Duration
		want     string
		wait     string
	}{
		{"nothing", ledger.Summary{Login: now.Add(-time.Hour)}, 12 * time.Minute, "", ""},
		{"min_interval", ledger.Summary{Login: now}, 12 * time.Minute, "12:12", "min_interval"},
		{"the server", ledger.Summary{Login: now, Delay: 15 * time.Minute}, 12 * time.Minute, "12:15", "the server wants it so"},
		{
			"refused",
			ledger.Summary{Login: now.Add(-time.Hour), Denied: now, Denials: 3},
			0,
			"12:10", "the login was refused 3 times",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			next, wait := nextLogin(test.summary, account{MinInterval: test.interval}, now)
			got := ""
			if next != nil {
				got = next.Format("15:04")
			}
			if got != test.want || wait != test.wait {
				t.Errorf("got %q, %q, want %q, %q", got, wait, test.want, test.wait)
			}
		})
	}
}
