package fetch

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"popfetch/store/durable"
)

// TestMovedAndTorn has the power fail while a run writes down that all UIDs
// have changed, so that only a part of that is on disk afterwards. The next run
// still knows every message.
func TestMovedAndTorn(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.sync(3)
	r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
	dead := false
	undo := onDisk(t, func(op durable.Op, do func() error) error {
		if dead {
			return errPowerless
		}
		err := unsynced(op, do)
		if op.Kind == durable.Write && strings.HasSuffix(op.Path, ".ledger") {
			dead = cutBehind(t, op.Path, "\nmarked ")
		}
		return err
	})
	r.run()
	undo()
	r.sync(0)
	r.has("m0001", "m0002", "m0003")
}

var errPowerless = fmt.Errorf("the power has failed")

// cutBehind cuts a file behind the first line that begins so, if it has one.
func cutBehind(t *testing.T, path, start string) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin := bytes.Index(text, []byte(start))
	if begin < 0 {
		return false
	}
	end := begin + 1 + bytes.IndexByte(text[begin+1:], '\n') + 1
	if err := os.Truncate(path, int64(end)); err != nil {
		t.Fatal(err)
	}
	return true
}
