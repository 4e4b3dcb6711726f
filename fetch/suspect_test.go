package fetch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// unstuffed has the server send messages as they are, without the dots that POP3
// adds, RFC 1939 section 3: to the client one ends at its first line with nothing
// but a dot.
func unstuffed(match fault.Match) pop3d.Intercept {
	return fault.When(fault.All(fault.Verb("RETR"), match), func(c *pop3d.Conn, command pop3d.Command) bool {
		m, _ := c.Message(command)
		fmt.Fprintf(c, "+OK\r\n%s.\r\n", m.Body)
		return true
	})
}

// cutShort is a message as it comes from such a server.
func cutShort(text string) string {
	before, _, _ := strings.Cut(text, "\r\n.\r\n")
	return stored([]byte(before + "\r\n"))
}

// TestUnstuffedDot has a server cut one message short, wherever it is in the
// listing. It comes once, and is said to be suspect; the others come within two more
// runs, and none that isn't whole is deleted, by whatever rule.
func TestUnstuffedDot(t *testing.T) {
	for place := 1; place <= 5; place += 2 {
		for _, pipelining := range []pop3.Pipelining{pop3.Auto, pop3.Off} {
			for ruleName, rule := range map[string]Delete{"never": {When: Never}, "at once": {When: AtOnce}, "after no time": {When: AfterWhile}} {
				for name, server := range headerServers {
					t.Run(fmt.Sprint(place, "/", pipelining, "/", ruleName, "/", name), func(t *testing.T) {
						r := newRig(t, messages(5)...)
						r.rules.Delete = rule
						uid := fmt.Sprintf("m%04d", place)
						r.fault(unstuffed(fault.UID("RETR", uid)), server)
						if suspect := r.suspects(3, pipelining); !cmp.Equal(suspect, []string{uid}) {
							t.Errorf("suspect: %v", suspect)
						}
						want := []string{cutShort(textOf(uid))}
						for _, m := range messages(5) {
							if m.UID != uid {
								want = append(want, storedText(m.UID))
							}
						}
						r.hasTexts(want...)
						r.rules.Delete.When = AtOnce
						if suspect := r.suspects(2, pipelining); len(suspect) > 0 {
							t.Errorf("suspect again: %v", suspect)
						}
						r.age(48 * time.Hour)
						r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
						r.suspects(1, pipelining)
						r.hasTexts(want...)
						r.onServer(uid)
					})
				}
			}
		}
	}
}

// suspects runs several times, which the server may break off, and returns the UIDs
// of the messages that are reported as suspect.
func (r *rig) suspects(runs int, pipelining pop3.Pipelining) (uids []string) {
	r.t.Helper()
	for range runs {
		job := r.job()
		job.Client.Pipelining = pipelining
		report, err := r.runJob(r.t.Context(), job)
		if err != nil && !errors.As(err, new(*pop3.ProtocolError)) && !errors.As(err, new(*pop3.TimeoutError)) {
			r.t.Errorf("the run ended with %v", err)
		}
		for _, s := range report.Suspect {
			uids = append(uids, s.UID)
		}
	}
	return uids
}

// TestUnstuffedDotUnsized has the same of a server that tells no sizes: the message
// comes once, isn't deleted, and keeps no other one back.
func TestUnstuffedDotUnsized(t *testing.T) {
	for place := 1; place <= 3; place++ {
		for ruleName, when := range map[string]When{"never": Never, "at once": AtOnce} {
			for name, server := range headerServers {
				t.Run(fmt.Sprint(place, "/", ruleName, "/", name), func(t *testing.T) {
					r := newRig(t, messages(3)...)
					r.rules.Delete.When = when
					uid := fmt.Sprintf("m%04d", place)
					r.fault(fault.When(fault.Verb("LIST"), fault.Refuse("no")), unstuffed(fault.UID("RETR", uid)), server)
					r.suspects(4, pop3.Auto)
					want := []string{cutShort(textOf(uid))}
					for _, m := range messages(3) {
						if m.UID != uid {
							want = append(want, storedText(m.UID))
						}
					}
					r.hasTexts(want...)
					if !slices.Contains(r.drop.UIDs(), uid) {
						t.Error("what was cut short is deleted")
					}
				})
			}
		}
	}
}
