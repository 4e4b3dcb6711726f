package fetch

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// Rules that delete, for messages that are old enough.
var deletions = map[string]Delete{
	"at once": {When: AtOnce}, "after a while": {When: AfterWhile, After: time.Hour},
}

// TestSwappedUIDs has a server give its messages the UIDs of each other, two or all
// of them. Each is known by its content, and deleted for its own sake.
func TestSwappedUIDs(t *testing.T) {
	for ruleName, rule := range deletions {
		for name, server := range headerServers {
			for _, k := range kindsOfMail {
				for order, places := range map[string][]int{"two": {1, 0, 2, 3}, "round": {1, 2, 3, 0}, "back": {3, 2, 1, 0}} {
					t.Run(fmt.Sprint(ruleName, "/", name, "/", k.name, "/", order), func(t *testing.T) {
						all := some(k.of, 1, 2, 3, 4)
						r := newRig(t, all...)
						r.fault(server)
						r.sync(4)
						uids := r.drop.UIDs()
						r.drop.Renumber(func(i int, _ string) string { return uids[places[i]] })
						r.age(2 * time.Hour)
						r.rules.Delete = rule
						r.hasOnce(2, all...)
						r.age(2 * time.Hour)
						r.hasOnce(2, all...)
						r.onServer()
					})
				}
			}
		}
	}
}

// TestSharedUIDsTurned has several messages with one UID, which the server lists in
// another order than before, and with a new one among them.
func TestSharedUIDsTurned(t *testing.T) {
	for ruleName, rule := range deletions {
		for name, server := range headerServers {
			for _, k := range kindsOfMail {
				for _, fresh := range []bool{false, true} {
					t.Run(fmt.Sprint(ruleName, "/", name, "/", k.name, "/new ", fresh), func(t *testing.T) {
						all := some(k.of, 1, 2, 3)
						for i := range all {
							all[i].UID = "x"
						}
						r := newRig(t, all...)
						r.fault(server)
						r.sync(3)
						r.sync(0)
						turned := []pop3d.Message{all[1], all[2], all[0]}
						if fresh {
							late := k.of(4)
							late.UID = "x"
							all, turned = append(all, late), slices.Insert(turned, 1, late)
						}
						r.drop.Remove("x")
						r.drop.Add(turned...)
						r.age(2 * time.Hour)
						r.rules.Delete = rule
						r.hasOnce(2, all...)
						r.age(2 * time.Hour)
						r.hasOnce(2, all...)
						r.onServer()
					})
				}
			}
		}
	}
}

// TestUIDTakenByKnown has a message that isn't due to be deleted take the UID of one
// that is, and a new one take its own. That the first was found elsewhere than under
// its UID is reason enough to look what is there.
func TestUIDTakenByKnown(t *testing.T) {
	for name, server := range headerServers {
		for _, k := range kindsOfMail {
			t.Run(name+"/"+k.name, func(t *testing.T) {
				first, second, third := k.of(1), k.of(2), k.of(3)
				r := newRig(t, first)
				r.fault(server)
				r.sync(1)
				r.age(2 * time.Hour)
				r.drop.Add(second)
				r.sync(1)
				uids := r.drop.UIDs()
				r.drop.Remove(uids...)
				second.UID, third.UID = uids[0], uids[1]
				r.drop.Add(second, third)
				r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
				r.hasOnce(3, first, second, third)
				r.onServer(uids...)
				r.age(2 * time.Hour)
				r.hasOnce(2, first, second, third)
				r.onServer()
			})
		}
	}
}
