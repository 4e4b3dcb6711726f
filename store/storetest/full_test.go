package storetest_test

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// TestDiskFull lets the disk be full at every single operation, with -short at
// some of them. The run then ends with a *store.Error, and the next one, with
// room again, finds every message exactly once.
func TestDiskFull(t *testing.T) {
	for _, s := range scenarios {
		for name, how := range map[string]powerloss.Fullness{
			"briefly": powerloss.Briefly, "lastingly": powerloss.Lastingly, "belatedly": powerloss.Belatedly,
		} {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				folder := filepath.Join(storetest.MemoryDir(t), "full")
				step := 1
				if testing.Short() {
					step = 7
				}
				for at, met := 1, true; met; at += step {
					renew(t, folder)
					met = s.runFull(t, folder, at, how)
				}
			})
		}
	}
}

// runFull reports whether there is such an operation.
func (s scenario) runFull(t *testing.T, folder string, at int, how powerloss.Fullness) bool {
	t.Helper()
	root := filepath.Join(folder, "root")
	var met atomic.Bool
	full := powerloss.Full(at, how)
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		err := full(op, do)
		if err != nil {
			met.Store(true)
		}
		return err
	}
	err := s.run(root)
	durable.TestOnlyHook = unsynced
	if err != nil && !errors.As(err, new(*store.Error)) && !s.user {
		t.Errorf("full at %d: the error is no *store.Error: %v", at, err)
	}
	if _, err := s.count(root); err != nil {
		t.Errorf("full at %d: %v", at, err)
	}
	if err := errors.Join(s.run(root), s.check(root)); err != nil {
		t.Errorf("full at %d: the next run: %v", at, err)
	}
	return met.Load()
}
