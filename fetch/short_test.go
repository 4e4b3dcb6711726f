package fetch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// cutAt has the server send so many bytes of the text of a message, and end it as if
// that were all.
func cutAt(uid string, most int) pop3d.Intercept {
	return fault.When(fault.All(fault.Verb("RETR"), fault.UID("RETR", uid)), func(c *pop3d.Conn, command pop3d.Command) bool {
		m, _ := c.Message(command)
		fmt.Fprintf(c, "+OK\r\n%s\r\n.\r\n", m.Body[:min(most, len(m.Body))])
		return true
	})
}

// TestShortOnce has a server send less of a message than it told, once: the whole
// message comes with the next run, and nothing is deleted before, by whatever rule.
func TestShortOnce(t *testing.T) {
	for ruleName, rule := range map[string]Delete{"never": {When: Never}, "at once": {When: AtOnce}, "after no time": {When: AfterWhile}} {
		for name, server := range headerServers {
			for most := range 2 {
				t.Run(fmt.Sprint(ruleName, "/", name, "/", most), func(t *testing.T) {
					both(t, func(t *testing.T, r *rig) {
						r.drop.Add(messages(4)...)
						r.rules.Delete = rule
						r.fault(server, cutAt("m0002", most*70))
						r.sync(4)
						if !slices.Contains(r.drop.UIDs(), "m0002") {
							t.Fatal("what was cut is deleted")
						}
						r.fault(server)
						r.sync(1)
						r.sync(0)
						texts := []string{stored([]byte(textOf("m0002")[:most*70] + "\r\n"))}
						for _, m := range messages(4) {
							texts = append(texts, storedText(m.UID))
						}
						r.hasTexts(texts...)
						if rule.When == Never {
							r.onServer("m0001", "m0002", "m0003", "m0004")
						} else {
							r.sync(0)
							r.onServer()
						}
					})
				})
			}
		}
	}
}

// TestShortTwice has a server send less of a message than it told, always: the message
// is reported once, retrieved no more, and stays on the server for good.
func TestShortTwice(t *testing.T) {
	for ruleName, rule := range map[string]Delete{"never": {When: Never}, "at once": {When: AtOnce}, "after no time": {When: AfterWhile}} {
		for name, server := range headerServers {
			t.Run(ruleName+"/"+name, func(t *testing.T) {
				both(t, func(t *testing.T, r *rig) {
					r.drop.Add(messages(4)...)
					r.rules.Delete = rule
					r.fault(server, cutAt("m0002", 70))
					var suspect []Skip
					for i := range 3 {
						suspect = append(suspect, r.sync(4*max(0, 1-i)).Suspect...)
					}
					if want := []Skip{{UID: "m0002", Size: 72, Reason: fmt.Sprintf("72 of %d bytes came, twice", len(message("m0002").Body))}}; !cmp.Equal(suspect, want) {
						t.Errorf("suspect, - want, + got:\n%s", cmp.Diff(want, suspect))
					}
					if n := len(r.commands("RETR")); n > 1 {
						t.Errorf("the last run retrieved %d messages", n)
					}
					r.rules.Delete = Delete{When: AtOnce}
					r.sync(0)
					r.onServer("m0002")
				})
			})
		}
	}
}

// TestEstimates has a server whose sizes are estimates, as those of Exchange are: each
// message comes once, and is deleted in the session that keeps it. Where less than half
// comes, none is.
func TestEstimates(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		estimate := func(_ int, size int64) int64 { return size + 300 }
		r.drop.Add(messages(4)...)
		r.rules.Delete.When = AtOnce
		r.fault(fault.WrongSizes(estimate))
		if report := r.sync(4); report.Deleted != 4 {
			t.Errorf("%d deleted", report.Deleted)
		}
		if n := r.distrusts(ledger.DistrustedLIST); n != 1 {
			t.Errorf("it is found out %d times", n)
		}
		large := messageOf("large", fmt.Sprintf("%020000d", 1))
		r.drop.Add(message("m0005"), large)
		r.fault(fault.WrongSizes(estimate), cutAt("large", 5000))
		if report := r.sync(2); report.Deleted != 1 {
			t.Errorf("%d deleted", report.Deleted)
		}
		r.sync(0)
		r.sync(0)
		r.onServer("large")
	})
}

// TestEstimatesOfFew learns nothing from one message: it is retrieved twice.
func TestEstimatesOfFew(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(message("m0001"))
		r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
		r.fault(fault.WrongSizes(func(_ int, size int64) int64 { return size + 300 }))
		r.sync(1)
		if report := r.sync(0); len(report.Suspect) != 1 {
			t.Errorf("suspect: %v", report.Suspect)
		}
		r.sync(0)
		r.hasTexts(storedText("m0001"))
		r.onServer("m0001")
	})
}

// TestTailOfDeletion has what is behind a line with nothing but a dot answer the
// commands that follow: nothing is deleted for that.
func TestTailOfDeletion(t *testing.T) {
	for _, tail := range []string{"and more", "+OK\r\n+OK bye", "-ERR no"} {
		for name, server := range headerServers {
			t.Run(tail+"/"+name, func(t *testing.T) {
				both(t, func(t *testing.T, r *rig) {
					text := "Received: from x by y\r\nSubject: odd\r\n\r\nbefore\r\n.\r\n" + tail + "\r\nthe rest\r\n"
					r.drop.Add(pop3d.Message{UID: "odd", Body: []byte(text)})
					r.rules.Delete.When = AtOnce
					r.fault(unstuffed(fault.UID("RETR", "odd")), server)
					for range 4 {
						if _, err := r.runJob(t.Context(), r.job()); err != nil && !isOutOfStep(err) {
							t.Errorf("the run ended with %v", err)
						}
					}
					r.hasTexts(cutShort(text))
					r.onServer("odd")
				})
			})
		}
	}
}

// TestNothingComes has a server send nothing of a message, at first: it comes with the
// next run. An empty message comes as such.
func TestNothingComes(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(message("m0001"), message("m0002"), pop3d.Message{UID: "empty"})
		r.rules.Delete.When = AtOnce
		r.fault(fault.When(fault.All(fault.Verb("RETR"), fault.UID("RETR", "m0002")), func(c *pop3d.Conn, _ pop3d.Command) bool {
			fmt.Fprint(c, "+OK\r\n.\r\n")
			return true
		}))
		if report := r.sync(2); len(report.Failed) != 1 || report.Deleted != 2 {
			t.Errorf("%d deleted, failed: %v", report.Deleted, report.Failed)
		}
		r.onServer("m0002")
		r.fault()
		r.sync(1)
		r.onServer()
		r.hasTexts(storedText("m0001"), storedText("m0002"), "")
	})
}

// TestShortAndLimit has a backlog: a message that was cut isn't retrieved once more before
// there is room for it.
func TestShortAndLimit(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(6)...)
		r.rules.MaxMessages = 2
		r.fault(cutAt("m0001", len(textOf("m0001"))-12))
		r.sync(2)
		r.fault()
		for _, want := range []string{"RETR 3,RETR 4", "RETR 5,RETR 6"} {
			r.commands("RETR")
			r.sync(2)
			if got := strings.Join(r.commands("RETR"), ","); got != want {
				t.Errorf("retrieved %s, want %s", got, want)
			}
		}
		r.sync(1)
		r.sync(0)
	})
}
