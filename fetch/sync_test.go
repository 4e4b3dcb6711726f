package fetch

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// TestSyncs counts what a run has the disk sync: nothing if nothing is new. A
// batch takes one sync of the file system, or of each file and of tmp, then one
// of the ledger, and one of new; the ledger is synced once more at the end, and
// its folder and the Maildir the first time.
func TestSyncs(t *testing.T) {
	for _, tc := range []struct{ fresh, batches int }{
		{0, 0}, {3, 1}, {maxBatchMessages, 1}, {2*maxBatchMessages + 20, 3},
	} {
		t.Run(fmt.Sprint(tc.fresh), func(t *testing.T) {
			r := newRig(t)
			r.sync(0)
			if err := r.write(ledger.Record{Kind: ledger.Done, Time: time.Now()}); err != nil {
				t.Fatal(err)
			}
			r.drop.Add(messages(tc.fresh)...)
			got := r.syncs(func() { r.sync(tc.fresh) })
			want := map[durable.Kind]int{}
			if tc.batches > 0 {
				want = map[durable.Kind]int{durable.SyncFile: tc.batches + 1, durable.SyncDir: tc.batches + 1}
			}
			if whole := got[durable.SyncFS]; whole > 0 && tc.fresh > 3 {
				want[durable.SyncFS] = tc.batches
			} else if tc.batches > 0 {
				want[durable.SyncFile] += tc.fresh
				want[durable.SyncDir] += tc.batches + 1
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

// syncs counts the syncs while do runs, and leaves them out.
func (r *rig) syncs(do func()) map[durable.Kind]int {
	count := map[durable.Kind]int{}
	var mu sync.Mutex
	undo := onDisk(r.t, func(op durable.Op, do func() error) error {
		mu.Lock()
		defer mu.Unlock()
		switch op.Kind {
		case durable.SyncFile, durable.SyncDir, durable.SyncFS:
			count[op.Kind]++
		}
		return unsynced(op, do)
	})
	defer undo()
	do()
	return count
}
