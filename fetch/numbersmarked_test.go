package fetch

import (
	"slices"
	"testing"

	"popfetch/fetch/pop3/pop3d"
)

// TestNumbersMarkedVague starts from now on with messages that TOP doesn't tell
// apart, or isn't there to. What comes since isn't taken for one that was marked.
func TestNumbersMarkedVague(t *testing.T) {
	eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
		r.drop.Add(some(of, 1, 2, 3, 4)...)
		r.rules.Start.Skip = true
		r.sync(0)
		r.removeOthers(0)
		r.drop.Add(of(5))
		for range 3 {
			if _, err := r.run(); err != nil {
				t.Fatal(err)
			}
		}
		texts, err := readBox(r.root, r.mbox)
		if err != nil || !slices.Contains(texts, stored(of(5).Body)) {
			t.Errorf("it isn't there: %q, %v", texts, err)
		}
	})
}
