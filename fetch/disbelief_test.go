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

// What must not be believed, though it looks well: each of these once lost a message,
// deleted it unfetched, or called it fetched.

// withHead is a message with a header that has passed a server, the same for each.
func withHead(uid, body string) pop3d.Message {
	return pop3d.Message{UID: uid, Body: []byte(sameHead + body + "\r\n")}
}

const sameHead = "Received: from a by b; x\r\nSubject: s\r\n\r\n"

// showing answers TOP about the message of a UID with the header of another.
func showing(uid, name string) pop3d.Intercept {
	header, _, _ := strings.Cut(textOf(name), "\r\n\r\n")
	return fault.When(fault.UID("TOP", uid), fault.Send("+OK\r\n"+header+"\r\n\r\n.\r\n"))
}

// TestSizeIsNoProof has a message of another size and the same header take a UID. Its
// new size is noted, and proves nothing: it is compared before it is deleted, and so
// fetched.
func TestSizeIsNoProof(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(withHead("a", "short"))
		r.sync(1)
		r.drop.Remove("a")
		r.drop.Add(withHead("a", "a longer body that nobody has fetched"))
		r.sync(0)
		r.rules.Delete.When = AtOnce
		r.sync(1)
		r.hasTexts(stored([]byte(sameHead+"short\r\n")), stored([]byte(sameHead+"a longer body that nobody has fetched\r\n")))
		r.onServer()
	})
}

// TestClaimTakenBack has one message taken for a known one by its header, which
// another turns out to be by its content. The first one is fetched in the next run.
func TestClaimTakenBack(t *testing.T) {
	r := newRig(t, withHead("a", "body A"))
	r.sync(1)
	r.drop.Remove("a")
	r.drop.Add(withHead("y", "body A"), withHead("x", "another body"))
	r.fault(fault.When(fault.Number("TOP", 1), fault.Refuse("no")))
	r.run()
	r.fault()
	r.run()
	r.hasTexts(stored([]byte(sameHead+"body A\r\n")), stored([]byte(sameHead+"another body\r\n")))

	r = newRig(t, messageOf("a", "aaa"), messageOf("b", "bbb"))
	r.sync(2)
	r.drop.Add(messageOf("n", "new"))
	r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
	r.fault(showing("other0", "new"), showing("other2", "aaa"))
	r.run()
	r.fault()
	r.run()
	r.has("aaa", "bbb", "new")
}

// TestNumbersAfterGap has UIDs that are message numbers, and that were not listed all
// the time: they are no more to be believed than before.
func TestNumbersAfterGap(t *testing.T) {
	gaps := map[string]func(*rig){
		"an empty day": func(r *rig) {
			r.fault(fault.ListUIDs())
			r.sync(0)
			r.fault()
		},
		"another maildrop": func(r *rig) {
			if err := r.write(ledger.Record{Kind: ledger.Maildrop, Time: time.Now(), Text: "another"}); err != nil {
				t.Fatal(err)
			}
		},
		"believed again": func(r *rig) {
			r.drop.Remove("1")
			r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint(i + 1) })
			r.sync(0) // finds out
			if err := r.write(ledger.Record{Kind: ledger.Distrust, Time: time.Now().Add(-2 * distrust), Text: ledger.DistrustedUIDL}); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, gap := range gaps {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messageOf("1", "aaa"), messageOf("2", "bbb"), messageOf("3", "ccc"))
			r.sync(3)
			gap(r)
			r.sync(0)
			r.drop.Remove(r.drop.UIDs()...)
			r.drop.Add(messageOf("1", "ddd"), messageOf("2", "eee"))
			r.sync(2)
			r.sync(0)
			r.has("aaa", "bbb", "ccc", "ddd", "eee")
		})
	}
}

// TestTopOfAnother has a server show the header of the message that had the UID
// before. What RETR brings counts.
func TestTopOfAnother(t *testing.T) {
	r := newRig(t, messageOf("a", "aaa"), messageOf("z", "zzz"))
	r.sync(2)
	r.drop.Remove("a")
	r.drop.Add(messageOf("a", "another one, longer"))
	r.rules.Delete.When = AtOnce
	r.fault(showing("a", "aaa"))
	r.run()
	r.fault()
	r.run()
	r.has("aaa", "zzz", "another one, longer")
	r.onServer()
}

// TestFilterAndLyingTop deletes nothing for what a filter says of a header that TOP
// showed, where TOP was caught.
func TestFilterAndLyingTop(t *testing.T) {
	r := newRig(t, messageOf("a", "good"))
	r.rules.Delete = Delete{When: AfterWhile, After: 1000 * time.Hour}
	if err := r.write(ledger.Record{Kind: ledger.Distrust, Time: time.Now(), Text: ledger.DistrustedTOP}); err != nil {
		t.Fatal(err)
	}
	r.fault(fault.When(fault.Verb("TOP"), fault.Answer("+OK", "Subject: spam", "", ".")))
	if report, _, err := r.runFiltered(); err != nil || report.Skipped.Len() != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer("a")
}

// TestHugeHeader has a message that is nearly all header. It keeps nothing back.
func TestHugeHeader(t *testing.T) {
	huge := "Received: x\r\nX-Big: " + strings.Repeat(strings.Repeat("y", 900)+"\r\n ", 19_000) + "\r\n\r\nbody\r\n"
	r := newRig(t, message("m0001"), pop3d.Message{UID: "huge", Body: []byte(huge)})
	r.sync(2)
	r.fault(fault.ListUIDs("1 m0001"))
	r.sync(0)
	r.fault()
	r.drop.Add(message("m0002"))
	r.sync(1)
	r.drop.Add(message("m0003"))
	if report, _, err := r.runFiltered(); err != nil || report.New != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestMarksKept marks messages whose header identifies nothing, on a server whose UIDs
// look like message numbers. None comes for that.
func TestMarksKept(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		r.drop.Add(pop3d.Message{UID: fmt.Sprint(i + 1), Body: fmt.Appendf(nil, "Subject: %d\r\n\r\nx\r\n", i)})
	}
	r.rules.Start = Start{Skip: true}
	for range 3 {
		r.sync(0)
	}
}
