package command

import (
	"fmt"
	"strings"
	"time"

	"popfetch/command/term"
)

// printStandings prints a line for each account, so that what can be compared
// stands below each other, and what there is to be said to it below that.
func (p *program) printStandings(all []standing, now time.Time) {
	var names, successes, kept int
	for _, s := range all {
		names = max(names, term.Width(s.nameText()))
		successes = max(successes, len(s.successText(now)))
		kept = max(kept, len(term.FormatCount(s.Kept, "message")))
	}
	for _, s := range all {
		p.PrintResult("%s %-*s %*s kept, %s", term.Pad(s.nameText(), names), successes, s.successText(now), kept, term.FormatCount(s.Kept, "message"), s.restText(now))
		for _, line := range s.detailLines(now) {
			p.PrintResult("%s: %s", term.Clean(s.Account), term.Clean(line))
		}
	}
}

func (s standing) nameText() string { return term.Clean(s.Account) + ":" }

func (s standing) successText(now time.Time) string {
	return "last success " + whenText(s.LastSuccess, now) + ","
}

// restText is what is not the same for most accounts.
func (s standing) restText(now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d failed", s.Failed)
	if s.Owed > 0 {
		fmt.Fprintf(&b, ", %s to be deleted on the server", term.FormatCount(s.Owed, "message"))
	}
	if s.NextLogin != nil {
		fmt.Fprintf(&b, ", next login after %s: %s", whenText(s.NextLogin, now), s.wait)
	}
	return b.String()
}

// detailLines are what failed.
func (s standing) detailLines(now time.Time) (lines []string) {
	for _, f := range s.Failures[:min(len(s.Failures), maxFailing)] {
		next := "the next run"
		if f.Next != nil {
			next = "a run after " + whenText(f.Next, now)
		}
		lines = append(lines, fmt.Sprintf("message with uid %q failed %s, %s tries again: %s", f.UID, timesText(f.Count), next, f.Error))
	}
	if more := len(s.Failures) - maxFailing; more > 0 {
		lines = append(lines, fmt.Sprintf("and %s more that failed: --json has them all", term.FormatCount(more, "message")))
	}
	if s.LastError != nil {
		lines = append(lines, fmt.Sprintf("last error %s: %s", whenText(s.ErrorSince, now), *s.LastError))
	}
	return lines
}

func timesText(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// whenText tells a time, and how far it is from now.
func whenText(t *time.Time, now time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Local().Format(time.DateTime) + " (" + term.FormatAgo(*t, now) + ")"
}
