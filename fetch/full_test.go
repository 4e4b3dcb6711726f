//go:build unix

package fetch

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/storetest/powerloss"
)

// TestDiskFull has the disk full at every single operation, in every way; with
// -short at some of them. The run ends with a *store.Error, unless it can do without that operation;
// nothing is lost, and nothing half-written is to be seen. The next run, which
// has room, finds every message exactly once.
func TestDiskFull(t *testing.T) {
	for _, c := range crashes {
		for name, how := range map[string]powerloss.Fullness{
			"briefly": powerloss.Briefly, "lastingly": powerloss.Lastingly, "belatedly": powerloss.Belatedly,
		} {
			if c.many && how != powerloss.Lastingly {
				continue
			}
			t.Run(c.String()+"/"+name, func(t *testing.T) {
				r := newCrashRig(t, c)
				for at, met := int64(1), true; met; at += choose[int64](testing.Short(), 19, 1) {
					r.renew()
					met = r.full(at, powerloss.Full(int(at), how))
				}
			})
		}
	}
}

// full runs on a disk that is full at an operation, and reports whether the
// run came to that one.
func (r *crashRig) full(at int64, hook func(durable.Op, func() error) error) bool {
	r.Helper()
	root := filepath.Join(r.folder, "root")
	var n atomic.Int64
	undo := onDisk(r, func(op durable.Op, do func() error) error {
		n.Add(1)
		return hook(op, do)
	})
	report, err := r.run(root, r.server.Addr())
	undo()
	if err != nil && (!errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC)) {
		r.Errorf("full at %d: no fault of the local side: %v", at, err)
	}
	if len(report.Failed) > 0 {
		r.Errorf("full at %d: messages are blamed: %v", at, report.Failed)
	}
	if err == nil && report.New != len(r.originals) {
		r.Errorf("full at %d, and no error: %+v", at, report)
	}
	if err := r.recover(false); err != nil {
		r.Errorf("full at %d: %v", at, err)
	}
	return n.Load() >= at
}
