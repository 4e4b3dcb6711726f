package fetch

import (
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/ledger"
)

// TestNamelessForLong keeps what is known of messages that are there, for longer
// than of those that are gone.
func TestNamelessForLong(t *testing.T) {
	for name, server := range nameless {
		t.Run(name, func(t *testing.T) {
			all := mixed()
			r := newRig(t, all...)
			r.fault(server)
			r.sync(6)
			for range 4 {
				r.outlive()
				r.sync(0)
			}
			r.hasTexts(storedOf(all...)...)
		})
	}
}

// outlive has what is gone be gone for so long that it is forgotten.
func (r *rig) outlive() {
	r.t.Helper()
	var records []ledger.Record
	for key, e := range r.known().All() {
		if e.IsGone() {
			records = append(records, ledger.Record{Kind: ledger.Gone, Time: time.Now().AddDate(0, 0, -91), Key: key})
		}
	}
	if err := r.write(records...); err != nil {
		r.t.Fatal(err)
	}
}

// TestNumbersForLong keeps what is known of messages that are there, for longer than
// of those that are gone.
func TestNumbersForLong(t *testing.T) {
	eachKind(t, func(t *testing.T, r *rig, of func(int) pop3d.Message) {
		r.drop.Add(some(of, 1, 2, 3, 4)...)
		r.sync(4)
		r.removeOthers(0)
		r.hasOnce(2, some(of, 1, 2, 3, 4)...)
		for range 4 {
			r.outlive()
			r.hasOnce(1, some(of, 1, 2, 3, 4)...)
		}
	})
}
