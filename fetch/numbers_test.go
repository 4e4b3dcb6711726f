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

// numbers makes the server one whose UIDs are the numbers of its messages.
func numbers() pop3d.Intercept {
	return fault.When(fault.Verb("UIDL"), fault.Rewrite(func(line string) string {
		if number, _, isItem := strings.Cut(line, " "); isItem && number != "+OK" {
			return number + " " + number
		}
		return line
	}))
}

// kind is what messages of a test are like: their headers may identify them, and
// their sizes tell them apart.
type kind struct {
	name string
	of   func(i int) pop3d.Message
}

var kindsOfMail = []kind{
	{"equal sizes", func(i int) pop3d.Message { return message(fmt.Sprint("m", i)) }},
	{"other sizes", func(i int) pop3d.Message { return message("m" + strings.Repeat("x", i)) }},
	{"alarms", func(i int) pop3d.Message { return alarm(fmt.Sprint("m", i), fmt.Sprint("text", i)) }},
	{"alarms of other sizes", func(i int) pop3d.Message { return alarm(fmt.Sprint("m", i), strings.Repeat("x", i)) }},
}

// headerServers show headers or don't.
var headerServers = map[string]pop3d.Intercept{"TOP": fault.Chain(), "no TOP": withoutTop(false)}

// eachKind runs a test for each way of a server to show headers, with each kind of
// mail.
func eachKind(t *testing.T, test func(t *testing.T, r *rig, of func(int) pop3d.Message)) {
	for name, server := range headerServers {
		for _, k := range kindsOfMail {
			t.Run(name+"/"+k.name, func(t *testing.T) {
				r := newRig(t)
				r.fault(server, numbers())
				test(t, r, k.of)
			})
		}
	}
}

// some are the messages of these numbers.
func some(of func(int) pop3d.Message, numbers ...int) (list []pop3d.Message) {
	for _, i := range numbers {
		list = append(list, of(i))
	}
	return list
}

// hasOnce checks that exactly these messages are in the mailbox, and that some more
// runs change nothing of it.
func (r *rig) hasOnce(runs int, messages ...pop3d.Message) {
	r.t.Helper()
	for range runs {
		if report, err := r.run(); err != nil || len(report.Failed) > 0 {
			r.t.Errorf("%+v, %v", report, err)
		}
	}
	var want []string
	for _, m := range messages {
		want = append(want, stored(m.Body))
	}
	r.hasTexts(want...)
}

// removeOthers has another client delete messages, by their places.
func (r *rig) removeOthers(places ...int) {
	list := r.drop.Messages()
	for _, place := range places {
		r.drop.Remove(list[place].UID)
	}
}

// TestNumbers has another client delete messages, so that all others move up: each
// message comes exactly once.
func TestNumbers(t *testing.T) {
	for where, places := range map[string][]int{"first": {0}, "middle": {2}, "two": {0, 3}} {
		t.Run(where, func(t *testing.T) {
			eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
				r.drop.Add(some(of, 1, 2, 3, 4, 5)...)
				r.sync(5)
				r.removeOthers(places...)
				r.hasOnce(3, some(of, 1, 2, 3, 4, 5)...)
				r.drop.Add(of(6))
				r.hasOnce(3, some(of, 1, 2, 3, 4, 5, 6)...)
			})
		})
	}
}

// TestNumbersAndNewMail has as many messages come as go between two runs: the
// listing is the same as before, and more of them than that.
func TestNumbersAndNewMail(t *testing.T) {
	for name, fresh := range map[string][]int{"as many": {6}, "more": {6, 7, 8}} {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
				r.drop.Add(some(of, 1, 2, 3, 4, 5)...)
				r.sync(5)
				all := some(of, 1, 2, 3, 4, 5)
				for round := range 2 {
					r.removeOthers(0)
					for _, i := range fresh {
						m := of(i + 10*round)
						r.drop.Add(m)
						all = append(all, m)
					}
					r.hasOnce(3, all...)
				}
			})
		})
	}
}

// TestNumbersMarked starts from now on with such a server: what was there isn't
// fetched when it moves up, and what comes is.
func TestNumbersMarked(t *testing.T) {
	for _, k := range kindsOfMail[:2] {
		t.Run(k.name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.fault(numbers())
				r.drop.Add(some(k.of, 1, 2, 3, 4)...)
				r.rules.Start.Skip = true
				r.sync(0)
				r.removeOthers(0)
				r.drop.Add(k.of(5))
				r.hasOnce(3, k.of(5))
				r.rules.Delete.When = AtOnce
				r.hasOnce(2, k.of(5))
				if n := r.drop.Len(); n != 3 {
					t.Errorf("%d messages are left, and 3 were marked", n)
				}
			})
		})
	}
}

// TestNumbersFoundOut remembers for a month that UIDs are numbers, and then asks
// the server again.
func TestNumbersFoundOut(t *testing.T) {
	r := newRig(t, messages(4)...)
	r.fault(numbers())
	r.sync(4)
	r.removeOthers(0)
	r.sync(0)
	if n := r.distrusts(ledger.DistrustedUIDL); n != 1 {
		t.Errorf("it is found out %d times", n)
	}
	for days, want := range map[int]int{29: 0, 31: 1} {
		at := time.Now().AddDate(0, 0, -days)
		if err := r.write(ledger.Record{Kind: ledger.Distrust, Time: at, Text: ledger.DistrustedUIDL}); err != nil {
			t.Fatal(err)
		}
		r.sync(0)
		if uidls := r.commands("UIDL"); len(uidls) != want {
			t.Errorf("after %d days: %v", days, uidls)
		}
		r.has("m0001", "m0002", "m0003", "m0004")
	}
}
