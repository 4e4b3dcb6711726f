package fetch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// days syncs from servers that list their UIDs in these ways, one after the
// other, "" for as they are. On each day a message comes, the first excepted.
func (r *rig) days(server pop3d.Intercept, days ...[]string) {
	r.t.Helper()
	for n, lines := range days {
		if n > 0 {
			r.drop.Add(message(fmt.Sprintf("day%d-%s", n, strings.Repeat("x", n))))
		}
		r.fault(server)
		if lines != nil {
			r.fault(server, fault.ListUIDs(lines...))
		}
		if _, err := r.run(); err != nil {
			r.t.Error(err)
		}
	}
}

// TestStrays lists UIDs that come late, or go and come. Each message is fetched
// once, on the first day on which it is listed.
func TestStrays(t *testing.T) {
	tests := map[string][][]string{
		"one and then another": {nil, {"1 ", "2 m0002", "3 a"}, nil, {"1 m0001", "2 ", "3 a", "4 b", "5 c"}},
		"the newest":           {{"1 m0001", "2 "}, {"1 m0001", "2 m0002", "3 "}, {"1 m0001", "2 m0002", "3 a", "4 "}},
		"all for a day":        {nil, {"1 ", "2 ", "3 "}, nil, {"1 ", "2 ", "3 ", "4 ", "5 "}, nil},
		"none for a day":       {{"1 ", "2 m0002"}, {"3 "}, nil},
		"long for a day":       {nil, {"1 " + strings.Repeat("l", 80), "2 m0002", "3 a"}, nil},
	}
	for name, days := range tests {
		for kind, server := range servers {
			t.Run(name+"/"+kind, func(t *testing.T) {
				both(t, func(t *testing.T, r *rig) {
					r.drop.Add(messages(2)...)
					r.days(server, days...)
					want := []string{"m0001", "m0002"}
					for n := range len(days) - 1 {
						want = append(want, fmt.Sprintf("day%d-%s", n+1, strings.Repeat("x", n+1)))
					}
					r.has(want...)
				})
			})
		}
	}
}

// TestStrayFailed has a message fail, and then come on a day without its UID.
func TestStrayFailed(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.fault(fault.When(fault.Number("RETR", 1), fault.Refuse("busy")))
	r.sync(1)
	r.fault(fault.ListUIDs("1 ", "2 m0002"))
	r.sync(1)
	r.fault()
	r.sync(0)
}

// TestListCopy has a list send its copy of a mail that came directly, with the
// same fields and another body. It is another message, also where UIDs are broken,
// and isn't deleted for the first one's sake.
func TestListCopy(t *testing.T) {
	of := func(uid, body string) pop3d.Message {
		return pop3d.Message{UID: uid, Body: []byte("Message-ID: <x@example.org>\r\nSubject: s\r\n\r\n" + body + "\r\n")}
	}
	long := strings.Repeat("x", 80)
	for name, test := range map[string]struct {
		server       pop3d.Intercept
		direct, list string
	}{
		"sound":     {fault.Chain(), "a", "b"},
		"long":      {fault.Chain(), long + "a", long + "b"},
		"all empty": {fault.ListUIDs("1 "), "a", "b"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, message("m0001"))
			r.rules.Delete.When = AtOnce
			r.fault(fault.ListUIDs("1 "))
			r.sync(1)
			r.fault(test.server)
			r.drop.Add(of(test.direct, "direct"))
			r.sync(1)
			r.drop.Add(of(test.list, "from the list, and longer"))
			r.sync(1)
		})
	}
	t.Run("before it", func(t *testing.T) {
		r := newRig(t, of("a", "direct"))
		r.sync(1)
		r.drop.Remove("a")
		r.drop.Add(of("b", "from the list, and longer"), of("a", "direct"))
		r.fault(fault.ListUIDs("1 b", "2 "))
		r.sync(1)
		r.fault()
		r.sync(0)
		r.hasTexts(stored(of("a", "direct").Body), stored(of("b", "from the list, and longer").Body))
	})
}

// TestHalfMoved has a move that isn't told to its end in one run.
func TestHalfMoved(t *testing.T) {
	refuse := fault.Refuse("busy")
	for name, harm := range map[string]pop3d.Intercept{
		"refused": fault.Chain(fault.When(fault.Number("TOP", 4), refuse), fault.When(fault.Number("RETR", 4), refuse)),
		"cut":     fault.Chain(fault.When(fault.Number("RETR", 4), fault.Cut()), withoutTop(false)),
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(5)...)
				r.sync(5)
				all := r.drop.Messages()
				r.drop.Remove(r.drop.UIDs()...)
				r.drop.Add(message("new"))
				r.drop.Add(all...)
				r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
				r.fault(harm)
				r.run()
				r.fault()
				r.run()
				r.sync(0)
				r.has("m0001", "m0002", "m0003", "m0004", "m0005", "new")
			})
		})
	}
}

// TestStrayTakesUID has a message get a UID at last, which another one had that
// is gone. What the ledger says of the UID is then about this one.
func TestStrayTakesUID(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messageOf("b", "b, and longer"), message("a"))
			r.fault(server, fault.ListUIDs("1 ", "2 a"))
			r.sync(2)
			r.drop.Remove("a")
			r.fault(server, fault.ListUIDs("1 "))
			r.sync(0)
			r.fault(server, fault.ListUIDs("1 a"))
			r.sync(0)
			if entry := r.entry("a"); entry.IsGone() || entry.Digests != digestsOf(textOf("b, and longer")) {
				t.Errorf("%+v", entry)
			}
		})
	}
}

// TestMovedAndReused gives a UID to another message after a move.
func TestMovedAndReused(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.sync(2)
	r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
	r.sync(0)
	r.drop.Remove("other0")
	r.drop.Add(messageOf("other0", "another one, and longer"))
	r.sync(1)
}

// TestStrayBounds heeds the bounds where every message may be a known one.
func TestStrayBounds(t *testing.T) {
	r := newRig(t, message("m0001"))
	r.fault(withoutTop(false), fault.ListUIDs("1 "))
	r.sync(1)
	r.fault(withoutTop(false))
	r.drop.Add(messages(6)[1:]...)
	r.rules.MaxMessages = 2
	for range 2 {
		r.sync(2)
	}
	if report := r.sync(1); report.Skipped.Len() > 0 {
		t.Errorf("%+v", report)
	}
	r.drop.Add(pop3d.Message{UID: "big", Body: []byte(textOf(strings.Repeat("big", 1000)))})
	r.rules = Rules{MaxSize: 400}
	if report := r.sync(0); report.Skipped.Len() != 1 {
		t.Errorf("%+v", report)
	}
}

// TestNamesGoOn goes on with names where the maildrop was empty for a while.
func TestNamesGoOn(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.rules.Delete.When = AtOnce
	r.sync(2)
	r.fault(noUIDL())
	if err := r.write(ledger.Record{Kind: ledger.Failing, Time: time.Now().Add(-8 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		r.drop.Add(message(fmt.Sprint("n", n)))
		r.sync(1)
		if err := r.write(ledger.Record{Kind: ledger.Done, Time: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestListCopyReused has the copy of a list take the UID of the direct mail, or
// come alone into a maildrop that somebody has emptied.
func TestListCopyReused(t *testing.T) {
	of := func(uid, body string) pop3d.Message {
		return pop3d.Message{UID: uid, Body: []byte("Message-ID: <x@example.org>\r\nSubject: s\r\n\r\n" + body + "\r\n")}
	}
	for name, server := range servers {
		for _, uid := range []string{"1", "2"} {
			for _, when := range []When{AtOnce, Never} {
				t.Run(fmt.Sprint(name, " as ", uid, " rule ", when), func(t *testing.T) {
					r := newRig(t, of("1", "direct"))
					r.fault(server)
					r.rules.Delete.When = when
					r.sync(1)
					r.drop.Remove("1")
					if uid == "1" {
						r.sync(0)
					}
					r.drop.Add(of(uid, "from the list, and longer"))
					r.sync(1)
				})
			}
		}
	}
	t.Run("in the second move", func(t *testing.T) {
		r := newRig(t, of("a", "direct"))
		r.sync(1)
		r.drop.Renumber(func(int, string) string { return "b" })
		r.sync(0)
		r.drop.Add(of("list", "from the list, and longer"))
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("c", i) })
		r.sync(1)
	})
}

// TestSettledByFilter has a filter leave a message that may be known, after all
// UIDs changed. It is told when the filter lets it pass.
func TestSettledByFilter(t *testing.T) {
	plain := func(body string) pop3d.Message { return pop3d.Message{Body: []byte("Subject: " + body + "\r\n\r\n")} }
	r := newRig(t, plain("good"), plain("later"), messageOf("m", "m"))
	r.sync(3)
	r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
	if report, _, err := r.runFiltered(); err != nil || report.New > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.sync(0)
}
