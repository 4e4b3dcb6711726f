package fetch

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestSizesOfWhatIsNew asks for the sizes of all only if all are new.
func TestSizesOfWhatIsNew(t *testing.T) {
	r := newRig(t, messages(match.MaxSized+1)...)
	r.rules.MaxSize = 1000
	r.sync(match.MaxSized + 1)
	if diff := cmp.Diff([]string{"LIST"}, r.commands("LIST")); diff != "" {
		t.Error(diff)
	}
	r.sync(0)
	if commands := r.commands("LIST"); commands != nil {
		t.Errorf("nothing is new, and still %q", commands)
	}
	r.drop.Add(pop3d.Message{UID: "big", Body: []byte(textOf("big") + strings.Repeat("x", 1000))}, message("small"))
	report := r.sync(1)
	if diff := cmp.Diff([]string{"LIST 1002", "LIST 1003"}, r.commands("LIST")); diff != "" {
		t.Error(diff)
	}
	if report.Skipped.Len() != 1 || skips(report)[0].UID != "big" || skips(report)[0].Size < 1000 {
		t.Errorf("skipped: %+v", skips(report))
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
	// A server that won't tell has its message fetched, as far as that goes.
	r.fault(fault.When(fault.Verb("LIST"), fault.Refuse("don't know")))
	if report := r.sync(0); report.Skipped.Len() != 1 || skips(report)[0].UID != "big" {
		t.Errorf("skipped: %+v", skips(report))
	}
}

// TestWrongSizesAreTold has the server tell wrong sizes for two messages: that is said once.
func TestWrongSizesAreTold(t *testing.T) {
	r := newRig(t, messages(4)...)
	size := len(textOf("m0002"))
	r.fault(fault.WrongSizes(func(n int, size int64) int64 {
		if n == 2 || n == 3 {
			size += 5
		}
		return size
	}))
	r.sync(4)
	told := fmt.Sprintf("the server told a wrong size for 2 of 4 messages, the first of them uid %q: %d of %d bytes came", "m0002", size, size+5)
	if diff := cmp.Diff([]string{told}, r.notes); diff != "" {
		t.Error(diff)
	}
}

// A message that turns out to be larger than max_size is cut off, whatever the
// server told, and the others are fetched.
func TestLargerThanTold(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		large := pop3d.Message{UID: "large", Body: []byte(textOf("large") + strings.Repeat("much text\r\n", 200))}
		r.drop.Add(message("m0001"), large, message("m0002"))
		r.rules.MaxSize = 2000
		r.fault(fault.WrongSizes(func(int, int64) int64 { return 100 }))
		for range 3 {
			report, err := r.run()
			if err != nil || len(report.Failed) > 0 || report.Skipped.Len() != 1 || skips(report)[0].UID != "large" {
				t.Fatalf("%+v, %v", report, err)
			}
			r.has("m0001", "m0002")
		}
		r.rules.MaxSize = 0
		r.forget("large")
		r.sync(1)
	})
}

// One without an end ends the session, and is left alone for a while.
func TestNoEnd(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(3)...)
		r.rules.MaxSize = 2000
		r.fault(fault.When(fault.UID("RETR", "m0002"), fault.Endless("+OK\r\nSubject: m0002\r\n\r\n", "and so on\r\n")))
		for range 2 { // the first brings what is before it, the second what is behind it
			report, err := r.run()
			if _, ok := errors.AsType[*pop3.ProtocolError](err); !ok || report.New != 1 || len(report.Failed) != 1 || report.Failed[0].UID != "m0002" {
				t.Fatalf("%+v, %v", report, err)
			}
		}
		r.sync(0)
		r.has("m0001", "m0003")
		r.fault()
		r.forget("m0002")
		r.sync(1)
		r.has("m0001", "m0002", "m0003")
	})
}
