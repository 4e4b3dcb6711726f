package fetch

import (
	"os"
	"sync/atomic"
	"testing"

	"popfetch/store/durable"
)

// envChild makes the test binary one of the children.
const envChild = "POPFETCH_TEST_CHILD"

// children are what the test binary does instead of tests, by name.
var children = map[string]func() int{}

func TestMain(m *testing.M) {
	if name := os.Getenv(envChild); name != "" {
		os.Exit(children[name]())
	}
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if hook := disk.Load(); hook != nil {
			return (*hook)(op, do)
		}
		return unsynced(op, do)
	}
	os.Exit(m.Run())
}

// disk is what stands between a test and its files, if it isn't unsynced.
var disk atomic.Pointer[func(op durable.Op, do func() error) error]

// unsynced leaves out the syncs: no test here cuts the power of the machine.
func unsynced(op durable.Op, do func() error) error {
	switch op.Kind {
	case durable.SyncFile, durable.SyncDir, durable.SyncFS:
		return nil
	}
	return do()
}

// onDisk lets the hook stand between the program and its files until the test
// ends, or undo is called.
func onDisk(t testing.TB, hook func(op durable.Op, do func() error) error) (undo func()) {
	undo = func() { disk.Store(nil) }
	disk.Store(&hook)
	t.Cleanup(undo)
	return undo
}
