package fetch

import (
	"errors"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// lowerOvertime saves a test the time that a run gets on top.
func lowerOvertime(t *testing.T) {
	least := leastOvertime
	t.Cleanup(func() { leastOvertime = least })
	leastOvertime = 100 * time.Millisecond
}

// TestTimeUp has a server that never comes to the end of a reply, and never falls
// silent. The run ends when its time is up.
func TestTimeUp(t *testing.T) {
	lowerOvertime(t)
	tests := []struct {
		verb, start, piece string
		fresh, failed      int
	}{
		{pop3d.Greeting, "+OK", "x", 0, 0},
		{"CAPA", "+OK\r\n", "X\r\n", 0, 0},
		{pop3d.Login, "+OK", "x", 0, 0},
		{"UIDL", "+OK\r\n1 ", "x", 0, 0},
		{"LIST", "+OK\r\n1 1", "0", 0, 0},
		{"RETR", "+OK\r\n", "x\r\n", 1, 1},
		{"DELE", "+OK", "x", 3, 0},
		{"QUIT", "+OK", "x", 3, 0},
	}
	for _, test := range tests {
		t.Run(test.verb, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, messages(3)...)
			r.rules.Delete.When = AtOnce
			match := fault.Verb(test.verb)
			if test.verb == "RETR" {
				match = fault.UID("RETR", "m0002")
			}
			r.fault(fault.When(match, fault.Drip(test.start, test.piece, 10*time.Millisecond)))
			j := r.job()
			j.Rules.Until = time.Now().Add(500 * time.Millisecond)
			began := time.Now()
			report, err := r.runJob(t.Context(), j)
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if !errors.As(err, new(*TimeUpError)) {
				t.Errorf("the run ended with %v", err)
			}
			if report.New != test.fresh || len(report.Failed) != test.failed {
				t.Errorf("%d are new, and failed have %v", report.New, report.Failed)
			}
			if test.failed > 0 && r.known().Failure("m0002").Count != 1 {
				t.Error("the message that was under way isn't remembered as failed")
			}
			r.fault()
			r.sync(3 - test.fresh)
			r.has("m0001", "m0002", "m0003")
			r.onServer()
		})
	}
}

// TestOvertime has a message that needs more time than there is, and comes all the
// same, in that which it gets on top.
func TestOvertime(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.fault(fault.When(fault.Verb("RETR"), fault.Delay(600*time.Millisecond)))
	j := r.job()
	j.Rules.Until = time.Now().Add(400 * time.Millisecond)
	if report, err := r.runJob(t.Context(), j); err != nil || report.New == 0 {
		t.Errorf("%d are new: %v", report.New, err)
	}
}
