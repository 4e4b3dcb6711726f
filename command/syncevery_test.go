package command

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/fetch"
)

// TestEveryIsSilent prints of a poll with nothing new only what --verbose wants
// to see, and with --json all.
func TestEveryIsSilent(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 28, 5, 36, 7, 0, time.UTC) }
	nothing, fresh := outcome{account: "work"}, outcome{account: "work", report: fetch.Report{New: 1, Bytes: 5}}
	failed := outcome{account: "work", report: fetch.Report{Failed: []fetch.Failure{{UID: "4f1c", Err: errors.New("no")}}}}
	const zero, one = "work: 0 new messages (0 B), 0 deleted, 0 skipped, 0 failed in 0.0 s\n", "work: 1 new message (5 B), 0 deleted, 0 skipped, 0 failed in 0.0 s\n"
	tests := []struct {
		name    string
		u       *term.UI
		asJSON  bool
		outcome outcome
		want    string
	}{
		{"nothing new", &term.UI{Now: now}, false, nothing, ""},
		{"nothing new, verbose", &term.UI{Now: now, Verbose: true}, false, nothing, "2026-11-28 05:36:07 " + zero},
		{"nothing new, once", &term.UI{}, false, nothing, zero},
		{"something new", &term.UI{Now: now}, false, fresh, "2026-11-28 05:36:07 " + one},
		{"a failure", &term.UI{Now: now}, false, failed, "2026-11-28 05:36:07 popfetch: work: message with uid \"4f1c\": no\n" +
			"2026-11-28 05:36:07 work: 0 new messages (0 B), 0 deleted, 0 skipped, 1 failed in 0.0 s\n"},
		{"as JSON", &term.UI{Now: now}, true, nothing, nothing.toJSON() + "\n"},
	}
	for _, test := range tests {
		var out bytes.Buffer
		test.u.Out, test.u.Err = &out, &out
		(&program{UI: test.u}).reportOutcome(test.asJSON, test.outcome)
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}
