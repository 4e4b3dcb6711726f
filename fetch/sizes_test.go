package fetch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
)

// TestSizesOfWhatIsNew asks for the sizes of all only if all are new.
func TestSizesOfWhatIsNew(t *testing.T) {
	r := newRig(t, messages(40)...)
	r.rules.MaxSize = 1000
	r.sync(40)
	if diff := cmp.Diff([]string{"LIST"}, r.commands("LIST")); diff != "" {
		t.Error(diff)
	}
	r.sync(0)
	if commands := r.commands("LIST"); commands != nil {
		t.Errorf("nothing is new, and still %q", commands)
	}
	r.drop.Add(pop3d.Message{UID: "big", Body: []byte(textOf("big") + strings.Repeat("x", 1000))}, message("small"))
	report := r.sync(1)
	if diff := cmp.Diff([]string{"LIST 41", "LIST 42"}, r.commands("LIST")); diff != "" {
		t.Error(diff)
	}
	if len(report.Skipped) != 1 || report.Skipped[0].UID != "big" || report.Skipped[0].Size < 1000 {
		t.Errorf("skipped: %+v", report.Skipped)
	}
	// Without pipelining, each would cost a round trip.
	r.drop.Add(message("small too"), message("small as well"))
	j := r.job()
	j.Client.Pipelining = pop3.Off
	if _, err := r.runJob(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"LIST"}, r.commands("LIST")); diff != "" {
		t.Error(diff)
	}
	// A server that won't tell has its message fetched.
	r.fault(pop3d.When(pop3d.Verb("LIST"), pop3d.Refuse("don't know")))
	r.sync(1)
}
