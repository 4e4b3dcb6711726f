package storetest_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"popfetch/store/durable"
	"popfetch/store/storetest/powerloss"
)

// TestCrashTwice stops the small popfetch at every operation, and the run
// after it, which repairs, at every operation too: first by a kill, which
// leaves things unsynced that the second run must not rely upon, then by a
// power loss.
func TestCrashTwice(t *testing.T) {
	for _, s := range []scenario{
		{name: "maildir", batches: 2, each: 1},
		{name: "mbox", mbox: true, batches: 2, each: 1},
	} {
		t.Run(s.name, func(t *testing.T) {
			folder := filepath.Join(memoryDir(t), "crash")
			for first, halted := 1, true; halted; first++ {
				for second, again := 1, true; again; second++ {
					renew(t, folder)
					halted = s.halt(t, folder, first)
					again = s.halt(t, folder, second)
					if err := powerCut(powerloss.PowerLoss)(s, folder); err != nil {
						t.Fatal(err)
					}
					root := filepath.Join(folder, "root")
					if err := errors.Join(s.run(root), s.check(root)); err != nil {
						t.Errorf("halted at %d and %d: %v", first, second, err)
					}
				}
			}
		})
	}
}

func renew(t *testing.T, folder string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(filepath.Join(folder, "root"), 0o700)); err != nil {
		t.Fatal(err)
	}
}

// halt plays the scenario until an operation, and reports whether it came to
// that one.
func (s scenario) halt(t *testing.T, folder string, at int) bool {
	t.Helper()
	hook, err := powerloss.Halt(filepath.Join(folder, "log"), at)
	if err != nil {
		t.Fatal(err)
	}
	var halted atomic.Bool
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		err := hook(op, do)
		if errors.Is(err, powerloss.ErrHalted) {
			halted.Store(true)
		}
		return err
	}
	defer func() { durable.TestOnlyHook = unsynced }()
	if err := s.run(filepath.Join(folder, "root")); err != nil && !halted.Load() {
		t.Fatal(err)
	}
	return halted.Load()
}
