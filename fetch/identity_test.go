package fetch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// withoutTop makes the server one that has no TOP, and says so or not.
func withoutTop(announced bool) pop3d.Intercept {
	capa := func(*pop3d.Conn, pop3d.Command) bool { return false }
	if !announced {
		capa = fault.When(fault.Verb("CAPA"), fault.Answer("+OK", "UIDL", "PIPELINING", "SASL PLAIN", "."))
	}
	return fault.Chain(capa, fault.When(fault.Verb("TOP"), fault.Refuse("unknown command")))
}

// servers are those with TOP, without it, and without it but announcing it.
var servers = map[string]pop3d.Intercept{
	"TOP":         fault.Chain(),
	"no TOP":      withoutTop(false),
	"TOP refused": withoutTop(true),
}

// TestEmptyDay has an empty listing, or half of one, for a day. Then all is
// back, and nothing of it is fetched twice.
func TestEmptyDay(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messages(10)...)
			r.drop.Add(pop3d.Message{UID: "plain", Body: []byte("\r\nno header\r\n")})
			r.rules.Start = Start{Skip: true, Last: 9} // two are marked
			r.sync(9)
			all := r.drop.Messages()
			r.fault(server)
			for _, left := range []int{0, 5} {
				var uids []string
				for _, m := range all[left:] {
					uids = append(uids, m.UID)
				}
				r.drop.Remove(uids...)
				r.sync(0)
				r.drop.Add(all[left:]...)
				r.drop.Add(message(fmt.Sprint("new", left)))
				r.sync(1)
				r.sync(0)
			}
			if tops := r.commands("TOP"); len(tops) > 0 {
				t.Errorf("it still asks for headers: %v", tops)
			}
			if retrs := r.commands("RETR"); len(retrs) > 0 {
				t.Errorf("it still retrieves: %v", retrs)
			}
			texts, err := readBox(r.root, false)
			if err != nil || len(texts) != 11 {
				t.Errorf("%d messages, %v", len(texts), err)
			}
		})
	}
}

// TestMovedTwice has a message that no header identifies, which a second move
// mustn't take for a new one, nor a new one for it.
func TestMovedTwice(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messages(2)...)
			r.drop.Add(pop3d.Message{UID: "plain", Body: []byte("no header\r\n")})
			r.fault(server)
			r.sync(3)
			for move := range 2 {
				r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("move", move, "-", i) })
				r.drop.Add(message(fmt.Sprint("new", move)))
				r.sync(1)
				r.sync(0)
			}
			r.hasTexts(stored([]byte(textOf("m0001"))), stored([]byte(textOf("m0002"))), "no header\n", stored([]byte(textOf("new0"))), stored([]byte(textOf("new1"))))
		})
	}
}

// TestOddDay has a server that on some days gives UIDs which aren't worth the
// name to some of its messages. None is fetched twice for that, and a new one is
// fetched on either day.
func TestOddDay(t *testing.T) {
	long := strings.Repeat("x", 71)
	days := map[string][]string{
		"empty":      {"1 ", "2 ", "3 m0003", "4 m0004", "5 "},
		"too long":   {"1 " + long + "1", "2 " + long + "2", "3 m0003", "4 m0004", "5 " + long},
		"with blank": {"1 m0001 x", "2 m0002 x", "3 m0003", "4 m0004", "5 m0005 x"},
		"the same":   {"1 x", "2 x", "3 m0003", "4 m0004", "5 x"},
	}
	for name, server := range servers {
		for day, lines := range days {
			t.Run(name+"/"+day, func(t *testing.T) {
				both(t, func(t *testing.T, r *rig) {
					r.drop.Add(messages(4)...)
					r.sync(4)
					for range 2 {
						r.fault(server, fault.ListUIDs(lines...))
						if len(r.drop.UIDs()) == 4 {
							r.drop.Add(message("m0005"))
							r.sync(1)
						}
						r.sync(0)
						r.fault(server)
						r.sync(0)
						r.sync(0)
						if asks := append(r.commands("RETR"), r.commands("TOP")...); len(asks) > 0 {
							t.Errorf("it still asks: %v", asks)
						}
					}
					r.drop.Add(message("m0006"))
					r.sync(1)
					r.has("m0001", "m0002", "m0003", "m0004", "m0005", "m0006")
				})
			})
		}
	}
}

// TestBackAndTold has messages back that only all of them tells, while another
// one goes: they are there, and it isn't.
func TestBackAndTold(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		plain := pop3d.Message{UID: "plain", Body: []byte("no header\r\n")}
		r.drop.Add(plain, message("a"), message("b"))
		r.sync(3)
		r.drop.Remove("plain")
		r.sync(0)
		r.drop.Add(plain)
		r.drop.Remove("a")
		r.sync(0)
		if r.entry("plain").IsGone() || !r.entry("a").IsGone() {
			t.Errorf("plain %+v, a %+v", r.entry("plain"), r.entry("a"))
		}
		r.drop.Remove("b")
		r.drop.Add(messageOf("a", "c"))
		r.sync(1)
	})
}

// TestGoneOnOddDay has a message come, which all of it has to tell from one with
// an odd UID, while another goes. That one's UID is free then.
func TestGoneOnOddDay(t *testing.T) {
	plain := func(uid, text string) pop3d.Message { return pop3d.Message{UID: uid, Body: []byte(text)} }
	r := newRig(t, plain("odd uid", "odd\r\n"), message("a"))
	r.sync(2)
	r.drop.Remove("odd uid", "a")
	r.drop.Add(plain("new", "another\r\n"))
	r.sync(1)
	r.drop.Add(messageOf("a", "b"))
	r.sync(1)
}

// TestUIDReused fetches a message that has the UID of one that was deleted.
func TestUIDReused(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.rules.Delete.When = AtOnce
				r.fault(server)
				for round := range 3 {
					r.drop.Add(messageOf("1", fmt.Sprint("round", round)))
					if report := r.sync(1); report.Deleted != 1 {
						t.Errorf("%+v", report)
					}
				}
				r.has("round0", "round1", "round2")
				r.onServer()
			})
		})
	}
}

// TestUIDReusedAndRefused doesn't delete the message that has another one's
// UID and that could not be had, nor forget to try it again.
func TestUIDReusedAndRefused(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, message("1"))
			r.rules.Delete.When = AtOnce
			r.sync(1)
			r.drop.Add(messageOf("1", "second"))
			r.fault(server, fault.When(fault.Verb("RETR"), fault.Refuse("broken")))
			for range 2 {
				if report := r.sync(0); len(report.Failed) != 1 || report.Deleted != 0 {
					t.Errorf("%+v", report)
				}
			}
			r.onServer("1")
		})
	}
}

// TestUIDReusedAndTimeUp doesn't delete it either where there was no time for
// it, in this run or the next.
func TestUIDReusedAndTimeUp(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, message("1"))
			r.rules.Delete.When = AtOnce
			r.sync(1)
			r.drop.Add(messageOf("1", "second"), message("2"))
			r.fault(server)
			r.rules.Until = now.AddDate(-1, 0, 0)
			for range 2 {
				r.sync(0)
			}
			r.onServer("1", "2")
			r.rules.Until = time.Time{}
			r.sync(2)
			r.onServer()
			r.has("1", "second", "2")
		})
	}
}

// TestUIDTwice fetches both messages that have one UID, and whatever happens
// to one of them never takes it for the other.
func TestUIDTwice(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messageOf("a", "first"), messageOf("a", "second"), message("b"))
		r.rules.MaxMessages = 1
		r.sync(1)
		first := r.drop.Messages()[0]
		r.drop.Remove("a") // by another client, which takes them one by one
		r.drop.Add(messageOf("a", "second"))
		r.rules = Rules{Delete: Delete{When: AtOnce}}
		r.sync(2)
		r.has("first", "second", "b")
		r.onServer()

		r.drop.Add(first, messageOf("a", "third"), messageOf("a", "second"))
		r.sync(1)
		r.has("first", "second", "third", "b")
		r.onServer()
	})
}

// TestUIDTwiceAndBadDay has an empty day before the second of two messages
// with one UID was fetched. It is still known to be another one when the first
// is gone for good.
func TestUIDTwiceAndBadDay(t *testing.T) {
	r := newRig(t, messageOf("a", "first"))
	r.sync(1)
	r.drop.Add(messageOf("a", "second"))
	r.rules.Until = now.AddDate(-1, 0, 0) // time is up
	r.sync(0)
	r.drop.Remove("a")
	r.sync(0)
	r.drop.Add(messageOf("a", "first"), messageOf("a", "second"))
	r.sync(0)
	r.drop.Remove("a")
	r.drop.Add(messageOf("a", "second"))
	r.rules.Until = time.Time{}
	r.sync(1)
	r.has("first", "second")
}

// TestUIDTwiceAndDeletedOnce has the server refuse to delete one of two with
// the same UID, which is then alone.
func TestUIDTwiceAndDeletedOnce(t *testing.T) {
	for place, left := range []string{"first", "second"} {
		t.Run(left, func(t *testing.T) {
			r := newRig(t, messageOf("a", "first"), messageOf("a", "second"))
			r.rules.Delete.When = AtOnce
			r.fault(fault.When(fault.Number("DELE", place+1), fault.Refuse("no")))
			r.sync(2)
			r.onServer("a")
			r.fault()
			r.sync(0)
			r.onServer()
			r.has("first", "second")
		})
	}
}

// TestSameUIDs has a server that gives all messages one UID.
func TestSameUIDs(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		var names []string
		for i := range 10 {
			names = append(names, fmt.Sprint("m", i))
			r.drop.Add(messageOf("x", names[i]))
		}
		r.fault(fault.When(fault.Verb("UIDL"), fault.Rewrite(func(line string) string {
			number, _, found := strings.Cut(line, " x")
			if found {
				return number + " "
			}
			return line
		})))
		r.sync(10)
		r.sync(0)
		r.drop.Add(messageOf("x", "new"))
		r.sync(1)
		r.has(append(names, "new")...)
	})
}

// TestMoved has all UIDs changed at once, and fetches nothing twice.
func TestMoved(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(5)...)
				r.sync(5)
				r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
				r.drop.Add(message("new"))
				r.fault(server)
				if report := r.sync(1); report.Adopted != 5 {
					t.Errorf("%+v", report)
				}
				if retrs := r.commands("RETR"); name == "TOP" && len(retrs) != 1 {
					t.Errorf("it retrieves what it knows: %v", retrs)
				}
				r.sync(0)
				if asks := append(r.commands("RETR"), r.commands("TOP")...); len(asks) > 0 {
					t.Errorf("it still asks: %v", asks)
				}
				r.has("m0001", "m0002", "m0003", "m0004", "m0005", "new")
				r.rules.Delete.When = AtOnce
				// What is known by its header is deleted once its content proves it.
				if report := r.sync(0); report.Deleted != 6 {
					t.Errorf("%d deleted", report.Deleted)
				}
			})
		})
	}
}

// TestNoLook asks for no header where UIDs tell all.
func TestNoLook(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.rules.Delete.When = AtOnce
	r.sync(3)
	r.drop.Add(message("new"))
	r.sync(1)
	if tops := r.commands("TOP"); len(tops) > 0 {
		t.Errorf("%v", tops)
	}
	if diff := cmp.Diff([]string{"RETR 1"}, r.commands("RETR")); diff != "" {
		t.Error(diff)
	}
}

// TestUIDReusedUnseen has a server give a UID to another message between two
// runs. Once that is noticed, the new message isn't deleted before it is
// fetched, whatever comes in between.
func TestUIDReusedUnseen(t *testing.T) {
	for name, server := range servers {
		for when, rules := range map[string]Rules{
			"time up": {Delete: Delete{When: AtOnce}, Until: now.AddDate(-1, 0, 0)},
			"limit":   {Delete: Delete{When: AtOnce}, MaxMessages: 1},
			"refused": {Delete: Delete{When: AtOnce}},
		} {
			t.Run(name+"/"+when, func(t *testing.T) {
				r := newRig(t, message("a"))
				r.sync(1)
				r.drop.Remove("a")
				r.drop.Add(message("first"), messageOf("a", "second"))
				r.rules = rules
				r.fault(server, fault.When(fault.UID("RETR", "a"), fault.Refuse("broken")))
				if when == "limit" {
					r.fault(server)
				}
				if _, err := r.run(); err != nil {
					t.Fatal(err)
				}
				r.rules = Rules{Delete: Delete{When: AtOnce}}
				r.fault(server)
				r.run()
				r.onServer()
				r.has("a", "first", "second")
			})
		}
	}
}

// TestBackAndRefused has a message back that was hidden for a day, and that a
// server without TOP doesn't give at first. It is not fetched again when it
// does.
func TestBackAndRefused(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.sync(2)
	all := r.drop.Messages()
	r.drop.Remove("m0001")
	r.sync(0)
	r.drop.Add(all[0])
	r.fault(withoutTop(false), fault.When(fault.Verb("RETR"), fault.Refuse("broken")))
	if report := r.sync(0); len(report.Failed) != 1 {
		t.Errorf("%+v", report)
	}
	r.fault(withoutTop(false))
	r.sync(0)
	r.has("m0001", "m0002")
}
