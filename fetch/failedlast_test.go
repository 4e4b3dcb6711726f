package fetch

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// cutting has the server hang up in the middle of each of these messages.
func cutting(uids ...string) pop3d.Intercept {
	return fault.When(func(c *pop3d.Conn, command pop3d.Command) bool {
		return slices.ContainsFunc(uids, func(uid string) bool { return fault.UID("RETR", uid)(c, command) })
	}, fault.CutBody(10))
}

// TestFailedLast has messages that cost the connection in front of healthy ones. Each costs
// one run; after that, what never failed comes first, in the order of the listing.
func TestFailedLast(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(6)...)
		r.fault(cutting("m0001", "m0002", "m0004"))
		for i, fresh := range []int{0, 0, 1, 3} {
			if i == 3 {
				r.drop.Add(message("new"))
			}
			if report, err := r.run(); err == nil || report.New != fresh {
				t.Errorf("run %d: %d new messages, %v", i, report.New, err)
			}
		}
		if diff := cmp.Diff([]string{"RETR 5", "RETR 6", "RETR 7", "RETR 1"}, r.commands("RETR")); diff != "" {
			t.Error(diff)
		}
		r.has("m0003", "m0005", "m0006", "new")
	})
}

// TestFailedAndLimit has messages that failed use up nothing of what a run may bring, and
// take turns.
func TestFailedAndLimit(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.fault(fault.When(fault.Verb("RETR"), fault.Refuse("no")))
	r.rules.MaxMessages = 2
	r.run()
	r.fault(fault.When(fault.UID("RETR", "m0001"), fault.Refuse("no")), fault.When(fault.UID("RETR", "m0002"), fault.Refuse("no")))
	r.drop.Add(message("new"))
	r.commands("RETR")
	r.sync(2)
	if diff := cmp.Diff([]string{"RETR 3", "RETR 4"}, r.commands("RETR")); diff != "" {
		t.Error(diff)
	}
	r.rules.MaxMessages = 1
	r.sync(0)
	if diff := cmp.Diff([]string{"RETR 1"}, r.commands("RETR")); diff != "" {
		t.Error(diff)
	}
	r.sync(0)
	if diff := cmp.Diff([]string{"RETR 2"}, r.commands("RETR")); diff != "" {
		t.Error(diff)
	}
}
