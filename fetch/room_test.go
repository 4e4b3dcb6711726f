package fetch

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"popfetch/store"
	"popfetch/store/durable"
)

// TestNoRoomForOne has a disk with room for all messages but one. Those before
// it are kept, and not fetched again on every run.
func TestNoRoomForOne(t *testing.T) {
	big := message("big")
	big.Body = append(big.Body, strings.Repeat("much too long for this disk\r\n", 10000)...)
	both(t, func(t *testing.T, r *rig) {
		const room = 200 << 10 // bytes in one file
		undo := onDisk(t, func(op durable.Op, do func() error) error {
			if info, err := os.Stat(op.Path); op.Kind == durable.Write && err == nil && info.Size() > room-64<<10 {
				return syscall.ENOSPC
			}
			return unsynced(op, do)
		})
		r.drop.Add(message("a"), big, message("c"))
		for range 2 {
			if _, err := r.run(); !errors.Is(err, syscall.ENOSPC) || !errors.As(err, new(*store.Error)) {
				t.Fatalf("the run ended with %v", err)
			}
			r.has("a")
		}
		undo()
		r.sync(2)
	})
}
