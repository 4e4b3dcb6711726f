package fetch

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A server that sends one message too many, or one end of a message too few,
// gets out of step with a client that sends commands ahead: what it says next
// is taken for another message than it is. Such messages must not be deleted
// as if they were safe.
func TestOutOfStep(t *testing.T) {
	twice := func(c *pop3d.Conn, command pop3d.Command) bool {
		if command.Line != "RETR 3" {
			return false
		}
		c.CarryOut(command)
		c.CarryOut(command)
		return true
	}
	for name, harm := range map[string]pop3d.Intercept{
		"a message sent twice": twice,
		"no final dot":         fault.When(fault.Number("RETR", 3), fault.NoFinalDot()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, messages(6)...)
			r.rules.Delete = Delete{When: AtOnce}
			r.fault(harm)
			job := r.job()
			job.Client.Timeout = time.Second
			_, err := r.runJob(t.Context(), job)
			if !errors.As(err, new(*pop3.ProtocolError)) && !errors.As(err, new(*pop3.TimeoutError)) {
				t.Fatalf("the run ended with %v", err)
			}
			if left := r.drop.Len(); left != 6 {
				t.Fatalf("%d messages are left on the server, want all 6", left)
			}
			r.fault()
			if _, err := r.run(); err != nil {
				t.Fatal(err)
			}
			texts, err := readBox(r.root, r.mbox)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages(6) {
				// Without its end, a message has the next one behind it.
				whole := func(text string) bool { return strings.HasPrefix(text, storedText(m.UID)) }
				if !slices.ContainsFunc(texts, whole) {
					t.Errorf("message %s is lost, have:\n%s", m.UID, strings.Join(texts, "\n--\n"))
				}
			}
		})
	}
}
