package fetch

import (
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestNumbersAndDelete deletes on such a server, by each rule, while another client
// deletes too and mail comes: nothing goes that isn't in the mailbox.
func TestNumbersAndDelete(t *testing.T) {
	for name, rule := range map[string]Delete{
		"at once": {When: AtOnce}, "after a while": {When: AfterWhile, After: time.Hour}, "after no time": {When: AfterWhile},
	} {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
				r.drop.Add(some(of, 1, 2, 3, 4)...)
				r.sync(4)
				r.removeOthers(0)
				r.drop.Add(some(of, 5, 6)...)
				r.rules.Delete = rule
				if rule.After > 0 {
					r.age(2 * rule.After)
				}
				r.hasOnce(3, some(of, 1, 2, 3, 4, 5, 6)...)
				r.age(2 * time.Hour)
				r.hasOnce(2, some(of, 1, 2, 3, 4, 5, 6)...)
				r.onServer()
				for i := range 3 { // each has the UID 1, as all before it had
					r.drop.Add(of(10 + i))
					r.hasOnce(1, some(of, []int{1, 2, 3, 4, 5, 6, 10, 11, 12}[:7+i]...)...)
					r.age(2 * time.Hour)
					r.hasOnce(1, some(of, []int{1, 2, 3, 4, 5, 6, 10, 11, 12}[:7+i]...)...)
					r.onServer()
				}
			})
		})
	}
}

// TestNumbersAndLostQuit has the answer to QUIT lost, and to DELE: what is deleted
// isn't known then, nor which UID is whose.
func TestNumbersAndLostQuit(t *testing.T) {
	for name, harm := range map[string]pop3d.Intercept{
		"QUIT carried out": fault.When(fault.Verb("QUIT"), fault.Unanswered()),
		"QUIT cut":         fault.When(fault.Verb("QUIT"), fault.Cut()),
		"DELE cut":         fault.When(fault.Number("DELE", 2), fault.Cut()),
		"DELE refused":     fault.When(fault.Number("DELE", 1), fault.Refuse("no")),
	} {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
				r.drop.Add(some(of, 1, 2, 3, 4)...)
				r.rules.Delete.When = AtOnce
				server := r.server.Intercept
				r.fault(harm, server)
				r.run()
				if r.drop.Len() > 0 {
					r.removeOthers(0)
				}
				r.drop.Add(some(of, 5, 6)...)
				r.fault(server)
				r.hasOnce(3, some(of, 1, 2, 3, 4, 5, 6)...)
				r.onServer()
			})
		})
	}
}

// TestNumbersPartlyDue has only the oldest messages due, as mail comes day by day,
// when another client deletes one.
func TestNumbersPartlyDue(t *testing.T) {
	for place := range 3 {
		eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
			r.drop.Add(some(of, 1, 2)...)
			r.sync(2)
			r.age(2 * time.Hour)
			r.drop.Add(some(of, 3, 4)...)
			r.sync(2)
			r.removeOthers(place)
			r.drop.Add(of(5))
			r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
			r.hasOnce(3, some(of, 1, 2, 3, 4, 5)...)
			r.age(2 * time.Hour)
			r.hasOnce(2, some(of, 1, 2, 3, 4, 5)...)
			r.onServer()
		})
	}
}
