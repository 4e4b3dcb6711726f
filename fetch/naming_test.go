package fetch

import (
	"errors"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// noUIDL is a server that never heard of UIDL, nor of these commands.
func noUIDL(others ...string) pop3d.Intercept {
	unknown := append([]string{"UIDL"}, others...)
	harm := make([]pop3d.Intercept, 0, len(unknown)+1)
	for _, verb := range unknown {
		harm = append(harm, fault.When(fault.Verb(verb), fault.Refuse("unknown command")))
	}
	return fault.Chain(append(harm, fault.When(fault.Verb("CAPA"), fault.Rewrite(func(line string) string {
		for _, verb := range unknown {
			line = strings.Replace(line, verb, "X-NONE", 1)
		}
		return line
	})))...)
}

// Without UIDL messages are told apart by their headers, or else by all of
// them: each is fetched once, whatever comes and goes.
func TestNoUIDL(t *testing.T) {
	for name, server := range map[string]pop3d.Intercept{
		"with TOP":     noUIDL(),
		"without TOP":  noUIDL("TOP"),
		"without CAPA": noUIDL("CAPA"),
		"with nothing": noUIDL("CAPA", "TOP"),
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(4)...)
				r.fault(server)
				r.sync(4)
				r.sync(0)
				r.drop.Remove("m0002")
				r.drop.Add(message("m0005"))
				r.sync(1)
				r.has("m0001", "m0002", "m0003", "m0004", "m0005")
				r.rules.Delete.When = AtOnce
				r.drop.Add(message("m0006"))
				if report := r.sync(1); report.Deleted != 5 || report.OnServer != 0 {
					t.Errorf("%+v", report)
				}
				r.onServer()
				r.has("m0001", "m0002", "m0003", "m0004", "m0005", "m0006")
			})
		})
	}
}

// What no header identifies is told apart by all of it; two that are the same
// are two.
func TestNoUIDLNoHeader(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		bodies := []string{"", "Subject: report\r\n\r\none\r\n", "Subject: report\r\n\r\ntwo\r\n", "Subject: report\r\n\r\ntwo\r\n", "no header at all"}
		for _, body := range bodies {
			r.drop.Add(pop3d.Message{Body: []byte(body)})
		}
		r.fault(noUIDL())
		r.sync(5)
		r.sync(0)
		for i, body := range bodies {
			bodies[i] = stored([]byte(body))
		}
		r.hasTexts(bodies...)
	})
}

// Servers note in a header what became of the message. It stays the same.
func TestNoUIDLVolatile(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.fault(noUIDL())
	r.sync(2)
	for i, uid := range r.drop.UIDs() {
		r.drop.Remove(uid)
		text := strings.Replace(textOf(uid), "Subject:", "Status: RO\r\nX-UIDL: 7\r\n of several lines\r\nContent-Length: 99\r\nSubject:", 1)
		r.drop.Add(pop3d.Message{Body: []byte(text)})
		r.sync(0)
		if i == 0 {
			r.sync(0)
		}
	}
}

// A server that had UIDs, or says that it has them, isn't one without: the
// ledger stays as it is.
func TestUIDLForgotten(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.sync(3)
	for _, server := range []pop3d.Intercept{noUIDL(), noUIDL("CAPA"), fault.When(fault.Verb("UIDL"), fault.Refuse("not today"))} {
		r.fault(server)
		report, err := r.run()
		if refused, ok := errors.AsType[*pop3.Error](err); !ok || refused.Command != "UIDL" || report.New > 0 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	r.fault()
	r.sync(0)

	r = newRig(t, messages(3)...)
	for _, text := range []string{"[SYS/TEMP] not today", "[IN-USE] not today"} {
		r.fault(fault.When(fault.Verb("UIDL"), fault.Refuse(text)), noUIDL())
		if report, err := r.run(); err == nil || report.New > 0 {
			t.Errorf("%+v, %v", report, err)
		}
	}
}

// A server that has given up UIDL is taken at its word after a week, and its
// messages are known by their headers, on the days after that too.
func TestUIDLGivenUp(t *testing.T) {
	for name, server := range map[string]pop3d.Intercept{"TOP": noUIDL(), "no TOP": noUIDL("TOP")} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messages(3)...)
			r.drop.Add(pop3d.Message{Body: []byte("no header\r\n")})
			r.sync(4)
			failedFor := func(d time.Duration) {
				t.Helper()
				if err := r.write(
					ledger.Record{Kind: ledger.Done, Time: time.Now().Add(-d)},
					ledger.Record{Kind: ledger.Failing, Time: time.Now().Add(-d)},
				); err != nil {
					t.Fatal(err)
				}
			}
			r.fault(server)
			failedFor(6 * 24 * time.Hour)
			if report, err := r.run(); err == nil {
				t.Errorf("%+v", report)
			}
			failedFor(8 * 24 * time.Hour)
			r.drop.Add(message("m0004"))
			if report := r.sync(1); report.Adopted != 4 {
				t.Errorf("%+v", report)
			}
			failedFor(time.Hour)
			r.drop.Add(message("m0005"))
			r.sync(1)
			r.fault()
			r.drop.Add(message("m0006"))
			r.sync(1) // it has UIDs again
			r.sync(0)
		})
	}
}

// A server that gets UIDL is like one that changes all UIDs.
func TestUIDLAtLast(t *testing.T) {
	r := newRig(t, messages(5)...)
	r.fault(noUIDL())
	r.sync(5)
	r.fault()
	r.drop.Add(message("m0006"))
	r.sync(1)
	r.has("m0001", "m0002", "m0003", "m0004", "m0005", "m0006")
}

// What can't be told apart, as the server doesn't give it, is left for later.
func TestNoUIDLRefused(t *testing.T) {
	r := newRig(t, messages(3)...)
	refuse := fault.Refuse("broken")
	r.fault(noUIDL(), fault.When(fault.Number("TOP", 2), refuse), fault.When(fault.Number("RETR", 2), refuse))
	if report := r.sync(2); len(report.Failed) != 1 || !strings.Contains(report.Failed[0].Err.Error(), "message 2") {
		t.Errorf("%+v", report)
	}
	r.fault(noUIDL())
	r.sync(1)
	r.has("m0001", "m0002", "m0003")
}

// A reply without an end is given up, also where it only tells what a message
// is.
func TestNamesWithoutEnd(t *testing.T) {
	before := maxTop
	t.Cleanup(func() { maxTop = before })
	maxTop = 16 << 20
	for _, verb := range []string{"TOP", "RETR"} {
		r := newRig(t, messages(2)...)
		harm := []pop3d.Intercept{fault.When(fault.Verb(verb), fault.Endless("+OK\r\n", "X: and so on\r\n"))}
		if verb == "RETR" {
			harm = append(harm, noUIDL("TOP"))
		}
		r.fault(append(harm, noUIDL())...)
		if _, err := r.run(); !errors.As(err, new(*pop3.ProtocolError)) {
			t.Errorf("%s: %v", verb, err)
		}
	}
}

// Another message with the very same header isn't deleted unseen.
func TestNoUIDLSameHeader(t *testing.T) {
	const header = "Message-ID: <a@example.org>\r\nSubject: a\r\n\r\n"
	of := func(body string) pop3d.Message { return pop3d.Message{Body: []byte(header + body)} }
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(of("one\r\n"))
		r.fault(noUIDL())
		r.rules.Delete.When = AtOnce
		r.sync(1)
		r.drop.Add(of("another, and longer\r\n"))
		r.sync(1)
		r.hasTexts(stored([]byte(header+"one\r\n")), stored([]byte(header+"another, and longer\r\n")))
	})
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(of("one\r\n"), of("two\r\n"))
		r.fault(noUIDL(), fault.When(fault.Number("RETR", 2), fault.Refuse("broken")))
		r.sync(1)
		r.drop.Remove(r.drop.UIDs()[0])
		r.rules.Delete.When = AtOnce
		r.fault(noUIDL())
		if report := r.sync(1); report.Deleted != 1 {
			t.Errorf("%+v", report)
		}
		r.onServer()
		r.hasTexts(stored([]byte(header+"one\r\n")), stored([]byte(header+"two\r\n")))
	})
}

// A name doesn't depend on whether the server shows headers today.
func TestNoUIDLTopToday(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(3)...)
		r.drop.Add(pop3d.Message{Body: []byte("Subject: report\r\n\r\none\r\n")})
		refuse := fault.Refuse("not today")
		r.fault(noUIDL())
		r.sync(4)
		for _, today := range []pop3d.Intercept{
			noUIDL("TOP"), fault.When(fault.Verb("TOP"), refuse), fault.When(fault.Number("TOP", 2), refuse), fault.Chain(),
		} {
			r.fault(today, noUIDL())
			r.sync(0)
		}
	})
}
