package storetest_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"popfetch/store/durable"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// TestCrashTwice stops the small popfetch at every operation, and the run
// after it, which repairs, at every operation too, by a power loss. Between
// them either everything is there that was written, whether it was synced or
// not, and the second run must not rely upon it; or a part of it, which the
// second run has to mend.
func TestCrashTwice(t *testing.T) {
	for _, test := range []struct {
		name string
		scenario
		between func(first int) survival
	}{
		{"maildir/kill", scenario{batches: 2, each: 1}, func(int) survival { return survivals[0] }},
		{"mbox/kill", scenario{mbox: true, batches: 2, each: 1}, func(int) survival { return survivals[0] }},
		{"maildir/chance", scenario{batches: 1, each: 2}, byChance},
		{"mbox/chance", scenario{mbox: true, batches: 1, each: 2}, byChance},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := filepath.Join(storetest.MemoryDir(t), "crash")
			for first, halted := 1, true; halted; first += step(9) {
				for second, again := 1, true; again; second += step(3) {
					renew(t, folder)
					halted = test.halt(t, folder, first)
					if err := test.between(first).after(test.scenario, folder); err != nil {
						t.Fatal(err)
					}
					again = test.halt(t, folder, second)
					test.mustSurvive(t, folder, first, second)
				}
			}
		})
	}
}

// byChance is a power loss of another world for each operation.
func byChance(first int) survival {
	return survival{after: powerCut(powerloss.World(first))}
}

func (s scenario) mustSurvive(t *testing.T, folder string, first, second int) {
	t.Helper()
	if err := powerCut(powerloss.PowerLoss)(s, folder); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(folder, "root")
	if err := errors.Join(s.run(root), s.check(root)); err != nil {
		t.Errorf("halted at %d and %d: %v", first, second, err)
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
