package fetch

import (
	"fmt"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// nameless are servers that give no UIDs: one that never heard of them, one that
// announces the command and refuses it, each with TOP and without.
var nameless = map[string]pop3d.Intercept{
	"no UIDL":                noUIDL(),
	"no UIDL, no TOP":        noUIDL("TOP"),
	"no CAPA":                noUIDL("CAPA"),
	"UIDL refused":           refusesUIDL("unknown command"),
	"UIDL refused, no TOP":   fault.Chain(refusesUIDL("not implemented"), withoutTop(false)),
	"UIDL and TOP refused":   fault.Chain(refusesUIDL("[SYS/PERM] no"), withoutTop(true)),
	"nothing but the basics": noUIDL("CAPA", "TOP"),
}

func refusesUIDL(text string) pop3d.Intercept {
	return fault.When(fault.Verb("UIDL"), fault.Refuse(text))
}

// mixed are messages with a header that identifies each, and those whose bodies
// alone tell them apart.
func mixed() []pop3d.Message {
	return append(alarms("alarm", 3), message("m0001"), pop3d.Message{UID: "plain", Body: []byte("no header\r\n")}, message("m0002"))
}

// TestNameless fetches at once from a server that gives no UIDs, from the first
// session on, and each message once, whatever comes and goes.
func TestNameless(t *testing.T) {
	for name, server := range nameless {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				all := mixed()
				r.fault(server)
				r.drop.Add(all...)
				r.sync(6)
				r.sync(0)
				r.sync(0)
				r.hasTexts(storedOf(all...)...)
				fresh := []pop3d.Message{alarm("alarm4", "alarm4"), message("m0003")}
				r.drop.Remove("alarm1", "m0001")
				r.drop.Add(fresh...)
				r.sync(2)
				r.sync(0)
				all = append(all, fresh...)
				r.hasTexts(storedOf(all...)...)
				r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
				r.sync(0)
				if n := r.drop.Len(); n != 6 {
					t.Errorf("%d messages are left before their time", n)
				}
				r.age(2 * time.Hour)
				r.sync(0)
				r.onServer()
				r.hasTexts(storedOf(all...)...)
			})
		})
	}
}

// TestNamelessNoMore has UIDs come at last: nothing comes twice, what is new comes,
// and all of it is deleted by each rule.
func TestNamelessNoMore(t *testing.T) {
	for ruleName, rule := range map[string]Delete{"at once": {When: AtOnce}, "after a while": {When: AfterWhile, After: time.Hour}} {
		for name, server := range nameless {
			t.Run(ruleName+"/"+name, func(t *testing.T) {
				all := mixed()
				r := newRig(t, all...)
				r.fault(server)
				r.sync(6)
				r.sync(0)
				r.fault()
				fresh := []pop3d.Message{alarm("alarm5", "alarm5"), message("m0003")}
				r.drop.Add(fresh...)
				r.sync(2)
				r.sync(0)
				if asked := append(r.commands("TOP"), r.commands("RETR")...); len(asked) > 0 {
					t.Errorf("UIDs tell all, and it asks %v", asked)
				}
				all = append(all, fresh...)
				r.hasTexts(storedOf(all...)...)
				r.age(2 * time.Hour)
				r.rules.Delete = rule
				r.sync(0)
				r.onServer()
				r.hasTexts(storedOf(all...)...)
			})
		}
	}
}

// TestNamelessNow takes UIDs away from a server that had them, for a bad day or for
// good: no mail comes twice, and that of a bad day comes when that is over.
func TestNamelessNow(t *testing.T) {
	all := mixed()
	r := newRig(t, all...)
	r.sync(6)
	fresh := message("m0003")
	r.drop.Add(fresh)
	r.fault(refusesUIDL("no"))
	if report, err := r.run(); err == nil {
		t.Errorf("%+v", report)
	}
	r.hasTexts(storedOf(all...)...)
	r.fault()
	r.sync(1)
	r.hasTexts(storedOf(append(all, fresh)...)...)

	r.fault(refusesUIDL("no"))
	if err := r.write(ledger.Record{Kind: ledger.Failing, Time: time.Now().AddDate(0, 0, -8)}); err != nil {
		t.Fatal(err)
	}
	r.drop.Add(alarm("alarm6", "alarm6"))
	r.sync(1)
	r.sync(0)
	r.hasTexts(storedOf(append(all, fresh, alarm("", "alarm6"))...)...)
}

// TestNamelessTwins has two messages without UIDs that are the same in all their
// bytes, which are two.
func TestNamelessTwins(t *testing.T) {
	for name, server := range nameless {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.fault(server)
			var want []pop3d.Message
			for i := range 3 {
				twin := alarm(fmt.Sprint(i), "the same")
				r.drop.Add(twin)
				want = append(want, twin)
			}
			r.sync(3)
			r.sync(0)
			r.hasTexts(storedOf(want...)...)
			r.rules.Delete.When = AtOnce
			r.sync(0)
			r.onServer()
			r.hasTexts(storedOf(want...)...)
		})
	}
}
