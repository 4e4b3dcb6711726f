package fetch

import (
	"strings"
	"testing"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A server gives the UID of one message to another, and nobody saw either of
// them go or come. Its size tells that it may be another one, and its header
// that it is.
func TestUIDReusedBetweenRuns(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(3)...)
				r.fault(server)
				r.sync(3)
				r.sync(0)
				r.drop.Remove("m0002")
				r.drop.Add(messageOf("m0002", "another one, and longer"))
				r.sync(1)
				r.sync(0)
				r.has("m0001", "m0002", "m0003", "another one, and longer")
				if retrieved := r.commands("RETR"); len(retrieved) > 0 {
					t.Errorf("it still retrieves: %v", retrieved)
				}
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.onServer()
			})
		})
	}
}

// A size that changes, or that is never the right one, is looked into once, and
// the message is still the same.
func TestSizesThatDiffer(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(3)...)
				r.rules.Start = Start{Skip: true, Last: 2}
				lie := int64(0)
				wrong := fault.WrongSizes(func(_ int, size int64) int64 { return size + lie })
				r.fault(server, wrong)
				r.sync(2)
				for _, lie = range []int64{7, 0, -1} {
					r.fault(server, wrong)
					r.sync(0)
					r.sync(0)
					if again := append(r.commands("RETR"), r.commands("TOP")...); len(again) > 0 {
						t.Errorf("wrong by %d: it asks again: %v", lie, again)
					}
				}
				r.has("m0002", "m0003")
			})
		})
	}
}

// Of a large maildrop, and of one of which nothing is known, no sizes are asked.
func TestSizesNotAsked(t *testing.T) {
	r := newRig(t, messages(match.MaxSized+1)...)
	r.sync(match.MaxSized + 1)
	r.sync(0)
	if asked := r.commands("LIST"); len(asked) > 0 {
		t.Errorf("it asks %v", asked)
	}
	r = newRig(t)
	r.fault(fault.When(fault.Verb("LIST"), fault.Refuse(strings.Repeat("no ", 9))))
	r.drop.Add(messages(2)...)
	r.sync(2)
	r.sync(0)
	if asked := r.commands("LIST"); len(asked) != 1 {
		t.Errorf("it asks %v", asked)
	}
}

// What a server notes in a message that no header identifies doesn't make it
// another one, before it is deleted or otherwise; other text does.
func TestNotedWithoutHeader(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(pop3d.Message{UID: "a", Body: []byte("\r\nbody\r\n")}, pop3d.Message{UID: "b", Body: []byte("Subject: b\r\n\r\nbody\r\n")})
				r.fault(server)
				r.sync(2)
				r.drop.Remove("a", "b")
				r.drop.Add(
					pop3d.Message{UID: "a", Body: []byte("Status: RO\r\nX-UIDL: 7\r\n\r\nbody\r\n")},
					pop3d.Message{UID: "b", Body: []byte("Subject: b\r\n\r\nanother body\r\n")},
				)
				r.sync(1)
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.hasTexts("\nbody\n", "Subject: b\n\nbody\n", "Subject: b\n\nanother body\n")
				r.onServer()
			})
		})
	}
}

// LIST is asked for the sizes alone, and whatever it does keeps no mail back.
func TestListBreaksDown(t *testing.T) {
	for name, harm := range map[string]pop3d.Intercept{
		"hangs up":      fault.HangUp(),
		"odd lines":     fault.Answer("+OK", "what", "+OK 2 messages", "is this?", "."),
		"no list":       fault.Answer("what?"),
		"no end":        fault.Endless("+OK\r\n1 ", "1"),
		"says nothing":  fault.Stall(),
		"only odd ones": fault.Answer("+OK", "x", "."),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, messages(2)...)
			r.sync(2)
			r.drop.Add(message("m0003"))
			r.fault(fault.When(fault.Verb("LIST"), harm))
			j := r.job()
			j.Client.Timeout = time.Second
			if report, err := r.runJob(t.Context(), j); err != nil || report.New != 1 {
				t.Errorf("%+v, %v", report, err)
			}
			r.has("m0001", "m0002", "m0003")
		})
	}
}
