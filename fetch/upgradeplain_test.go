package fetch

import (
	"fmt"
	"slices"
	"testing"
)

// TestUpgradeMovedWithoutTOP changes all UIDs where the server shows no headers: the
// whole messages, which have to be read, have the five fields.
func TestUpgradeMovedWithoutTOP(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newUpgrade(t, append(formerMessages(), formerMessage("u-new", "new"))...)
			r.fault(server)
			r.rules.Delete.When = Never
			r.drop.Remove("u-marked")
			r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
			r.sync(1)
			r.sync(0)
			r.hasTexts(stored(formerMessage("", "new").Body))
		})
	}
}

// TestUpgradePlain fetches a message that is like one of the ledger but for its body:
// neither has a Message-ID or a Date, and both have one size.
func TestUpgradePlain(t *testing.T) {
	for name, server := range servers {
		for way, move := range map[string]bool{"moved": true, "back": false} {
			t.Run(name+"/"+way, func(t *testing.T) {
				r := newUpgrade(t, formerMessages()...)
				r.fault(server)
				r.rules.Delete.When = Never
				r.drop.Remove("u-plain", "u-marked")
				if !move {
					r.sync(0)
				}
				r.drop.Add(formerPlain("u-plain", "other body"))
				if move {
					r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
				}
				if _, err := r.run(); err != nil {
					t.Fatal(err)
				}
				r.sync(0)
				texts, err := readBox(r.root, false)
				if err != nil || !slices.Contains(texts, stored(formerPlain("", "other body").Body)) {
					t.Errorf("it isn't there: %q, %v", texts, err)
				}
			})
		}
	}
}

// TestUpgradeNamesakeUnseen fetches a namesake of another size that has taken the UID
// between two runs.
func TestUpgradeNamesakeUnseen(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newUpgrade(t, append(formerMessages(), formerNamesake())...)
			r.fault(server)
			r.rules.Delete.When = Never
			r.takesUID(false)
			r.sync(1)
			r.sync(0)
			r.hasTexts(stored(formerNamesake().Body))
		})
	}
}
