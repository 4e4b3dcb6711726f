package fetch

import (
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// twinHeaders are headers that say nothing of who the message is, as no server
// noted when it received it.
var twinHeaders = map[string]string{
	"same Message-ID": "Message-ID: <invoice@example.org>\r\nDate: Mon, 23 Nov 2026 06:00:00 +0000\r\nFrom: shop\r\nTo: me\r\nSubject: invoice\r\n",
	"no Message-ID":   "From: device\r\nTo: me\r\nSubject: alarm\r\n",
	"only a Date":     "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n",
	"no header":       "",
}

// twin is a message with such a header. Those with texts of one length can only be
// told apart by these.
func twin(uid, header, text string) pop3d.Message {
	return pop3d.Message{UID: uid, Body: []byte(header + "\r\n" + text + "\r\n")}
}

// eachTwin runs a test for each such header, or in a hurry for two of them, with each
// way of a server to show it.
func eachTwin(t *testing.T, test func(t *testing.T, r *rig, server pop3d.Intercept, of func(uid, text string) pop3d.Message)) {
	for header, text := range twinHeaders {
		if testing.Short() && (header == "only a Date" || header == "no header") {
			continue
		}
		for name, server := range headerServers {
			t.Run(header+"/"+name, func(t *testing.T) {
				r := newRig(t)
				r.fault(server)
				test(t, r, server, func(uid, body string) pop3d.Message { return twin(uid, text, body) })
			})
		}
	}
}

// storedOf are messages as they are to be found in the mailbox.
func storedOf(messages ...pop3d.Message) (texts []string) {
	for _, m := range messages {
		texts = append(texts, stored(m.Body))
	}
	return texts
}

// TestTwinTakesUID gives the UID of a message that another client deletes to its
// twin. It is fetched before it is deleted, by each rule, also where a run saw that
// the first one was gone.
func TestTwinTakesUID(t *testing.T) {
	for name, rule := range map[string]Delete{
		"at once": {When: AtOnce}, "after a while": {When: AfterWhile, After: time.Hour}, "after no time": {When: AfterWhile},
	} {
		for _, seen := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " seen ", seen), func(t *testing.T) {
				eachTwin(t, func(t *testing.T, r *rig, _ pop3d.Intercept, of func(uid, text string) pop3d.Message) {
					r.drop.Add(of("1", "first."), message("2"))
					r.sync(2)
					r.drop.Remove("1")
					if seen {
						r.sync(0)
					}
					r.drop.Add(of("1", "second"))
					r.rules.Delete = rule
					r.age(2 * time.Hour)
					r.sync(1)
					r.age(2 * time.Hour)
					r.sync(0)
					r.hasTexts(storedOf(of("1", "first."), of("1", "second"), message("2"))...)
					r.onServer()
				})
			})
		}
	}
}

// TestTwinAfterBreakdown has a run break off where it deletes. Then the message is
// gone, by whatever hand, and its twin has the UID: it is fetched, and deleted for
// its own sake only.
func TestTwinAfterBreakdown(t *testing.T) {
	for name, harm := range map[string]pop3d.Intercept{
		"at DELE":     fault.When(fault.Verb("DELE"), fault.Cut()),
		"behind DELE": fault.When(fault.Verb("DELE"), fault.CarryOut(), fault.Cut()),
		"at QUIT":     fault.When(fault.Verb("QUIT"), fault.Cut()),
		"behind QUIT": fault.When(fault.Verb("QUIT"), fault.Unanswered()),
		"refused":     fault.When(fault.Verb("DELE"), fault.Refuse("no")),
	} {
		for _, when := range []When{AtOnce, Owed, Never} {
			t.Run(fmt.Sprint(name, " rule ", when), func(t *testing.T) {
				eachTwin(t, func(t *testing.T, r *rig, server pop3d.Intercept, of func(uid, text string) pop3d.Message) {
					r.drop.Add(of("1", "first."))
					r.rules.Delete.When = AtOnce
					r.fault(harm, server)
					r.run()
					r.fault(server)
					r.drop.Remove("1")
					r.drop.Add(of("1", "second"))
					r.rules.Delete.When = when
					if when == Never { // and so the twin isn't looked at, as nothing is at stake
						r.run()
						r.onServer("1")
						r.rules.Delete.When = AtOnce
						r.run()
					} else {
						r.sync(1)
					}
					r.hasTexts(storedOf(of("1", "first."), of("1", "second"))...)
					if when == Owed {
						r.onServer("1")
					} else {
						r.onServer()
					}
				})
			})
		}
	}
}

// TestTwinWithoutUIDL has no UIDs at all, and a message go and its twin come between
// two runs.
func TestTwinWithoutUIDL(t *testing.T) {
	for name, rule := range map[string]Delete{
		"never": {When: Never}, "at once": {When: AtOnce}, "after a while": {When: AfterWhile, After: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			for header, text := range twinHeaders {
				for kind, server := range map[string]pop3d.Intercept{"TOP": noUIDL(), "no TOP": noUIDL("TOP")} {
					t.Run(header+"/"+kind, func(t *testing.T) {
						r := newRig(t, twin("a", text, "first."), message("m"))
						r.fault(server)
						r.sync(2)
						r.drop.Remove("a")
						r.drop.Add(twin("b", text, "second"))
						r.rules.Delete = rule
						r.age(2 * time.Hour)
						r.sync(1)
						r.age(2 * time.Hour)
						r.sync(0)
						r.hasTexts(storedOf(twin("", text, "first."), twin("", text, "second"), message("m"))...)
						if rule.When == Never {
							r.onServer("m", "b")
						} else {
							r.onServer()
						}
					})
				}
			}
		})
	}
}

// pseudoOf is the pseudo-UID that a message would get.
func pseudoOf(name string) string {
	digest := digestsOf(textOf(name)).Header
	return "%header:" + hex.EncodeToString(digest[:])
}

// TestUIDsLikeOurs has a server give UIDs that look like pseudo-UIDs, those of now
// and of version 1 of the ledger. They are UIDs like others.
func TestUIDsLikeOurs(t *testing.T) {
	for _, prefix := range []string{"header:", "content:", "%header:", "%content:", "%25header:", "%"} {
		t.Run(prefix, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messageOf(prefix+"1", "one"), messageOf(prefix+"2", "two"), alarm(prefix+"3", "x"))
				r.sync(3)
				r.sync(0)
				if asked := append(r.commands("TOP"), r.commands("RETR")...); len(asked) > 0 {
					t.Errorf("UIDs tell all, and it asks %v", asked)
				}
				r.drop.Remove(prefix + "1")
				r.drop.Add(messageOf(prefix+"1", "late"))
				r.rules.Delete.When = AtOnce
				r.sync(1)
				r.onServer()
				r.hasTexts(storedText("one"), storedText("two"), storedText("late"), stored(alarm("", "x").Body))
			})
		})
	}
}

// TestUIDsLikeOthersOfOurs gives messages as UIDs the pseudo-UIDs of others, on the
// day on which UIDs come, and takes them away again.
func TestUIDsLikeOthersOfOurs(t *testing.T) {
	for name, rule := range map[string]When{"never": Never, "at once": AtOnce} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messageOf(pseudoOf("two"), "one"), messageOf(pseudoOf("one"), "two"))
				r.fault(noUIDL())
				r.sync(2)
				r.sync(0)
				r.fault()
				r.drop.Add(messageOf(pseudoOf("new"), "three"))
				r.rules.Delete.When = rule
				r.sync(1)
				r.has("one", "two", "three")
				if rule == AtOnce {
					r.onServer()
					return
				}
				r.drop.Add(messageOf(pseudoOf("three"), "new"))
				r.sync(1)
				r.sync(0)
				r.has("one", "two", "three", "new")
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.onServer()
			})
		})
	}
}

// TestMovedWithNamesake changes all UIDs, while a message goes and one comes with
// its five fields: the copy of a list, an invoice sent again. It is fetched, be it
// of the same size or not.
func TestMovedWithNamesake(t *testing.T) {
	const fields = "Message-ID: <a@example.org>\r\nDate: Mon, 23 Nov 2026 06:00:00 +0000\r\nFrom: a\r\nTo: me\r\nSubject: a\r\n"
	for way, headers := range map[string][2]string{
		"other way":        {"Received: from a by here\r\n" + fields, "Received: from list by here\r\n" + fields},
		"longer way":       {"Received: from a by here\r\n" + fields, "Received: from list by here\r\nReceived: from a by list\r\n" + fields},
		"no way":           {fields, fields},
		"a way at last":    {fields, "Received: from a by here\r\n" + fields},
		"another field":    {fields, fields + "X-Number: 2\r\n"},
		"without the rest": {"X: 1\r\n", "X: 1\r\n"},
	} {
		for size, text := range map[string]string{"same size": "second", "other size": "the second, and longer"} {
			for name, server := range headerServers {
				t.Run(way+"/"+size+"/"+name, func(t *testing.T) {
					first, second := twin("a", headers[0], "first."), twin("z", headers[1], text)
					r := newRig(t, first, message("b"), message("c"))
					r.fault(server)
					r.sync(3)
					r.drop.Remove("a")
					r.drop.Add(second)
					r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
					r.sync(1)
					r.sync(0)
					r.hasTexts(storedOf(first, second, message("b"), message("c"))...)
					r.rules.Delete.When = AtOnce
					r.sync(0)
					r.onServer()
				})
			}
		}
	}
}

// TestPartlyMoved changes the UIDs of some messages, in more than one step. What has
// passed a server is known by its content.
func TestPartlyMoved(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.fault(server)
				r.drop.Add(messages(6)...)
				r.sync(6)
				for step := range 3 {
					r.drop.Renumber(func(i int, uid string) string {
						if i/2 == step {
							return fmt.Sprint("moved", i)
						}
						return uid
					})
					r.drop.Add(message(fmt.Sprint("new", step)))
					r.sync(1)
					r.sync(0)
				}
				want := []string{"m0001", "m0002", "m0003", "m0004", "m0005", "m0006", "new0", "new1", "new2"}
				r.has(want...)
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.sync(0)
				r.onServer()
				r.has(want...)
			})
		})
	}
}

// TestEmptyAndMoved has an empty maildrop for a day, and then one with other UIDs.
// What is known isn't fetched again, and what only looks like that is.
func TestEmptyAndMoved(t *testing.T) {
	for days := range 3 {
		t.Run(fmt.Sprint(days, " days"), func(t *testing.T) {
			eachTwin(t, func(t *testing.T, r *rig, _ pop3d.Intercept, of func(uid, text string) pop3d.Message) {
				before := []pop3d.Message{message("a"), of("b", "first."), of("c", "second"), message("d")}
				r.drop.Add(before...)
				r.sync(4)
				r.drop.Remove("a", "b", "c", "d")
				for range days {
					r.sync(0)
				}
				fresh := []pop3d.Message{of("e", "third."), message("f")}
				r.drop.Add(append(before[1:], fresh...)...)
				r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
				r.sync(2)
				r.sync(0)
				r.hasTexts(storedOf(append(before, fresh...)...)...)
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.onServer()
				r.hasTexts(storedOf(append(before, fresh...)...)...)
			})
		})
	}
}
