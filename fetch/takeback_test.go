//go:build unix

package fetch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"popfetch/store/durable"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// TestTakenBack has a disk that fails to sync the ledger, twice or until the
// run dies over taking back what it wrote. The next run works until the power
// fails; what the disk then has of the ledger may be what was taken back. Two
// healthy runs find every message exactly once all the same.
//
// It is tried with a Maildir. What halts with an mbox keeps its dotlock, which a
// process that lives on can't be told to have left behind.
func TestTakenBack(t *testing.T) {
	for _, c := range []crash{{delete: false}, {delete: true}} {
		for _, dies := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v, dies %v", c, dies), func(t *testing.T) {
				for at := 1; at <= 12; at += choose(testing.Short(), 5, 1) {
					for w := range powerloss.World(choose(testing.Short(), 4, 10)) {
						takeBack(t, c, dies, at, w)
					}
				}
			})
		}
	}
}

func takeBack(t *testing.T, c crash, dies bool, at int, w powerloss.World) {
	t.Helper()
	r := newRig(t, messages(2)...)
	folder := storetest.MemoryDir(t)
	defer os.RemoveAll(folder)
	r.root = filepath.Join(folder, "root")
	log := filepath.Join(folder, "log")
	if err := os.Mkdir(r.root, 0o700); err != nil {
		t.Fatal(err)
	}
	run := func(hook func(durable.Op, func() error) error) error {
		undo := onDisk(t, hook)
		defer undo()
		_, err := c.run(r.root, r.server.Addr())
		return err
	}
	healthy := func(op durable.Op, do func() error) error { return do() }
	if err := run(failing(t, log, dies)); err == nil {
		t.Fatal("the ledger could be written")
	}
	run(halt(t, log, at))
	if err := powerloss.RollBack(log, w); err != nil {
		t.Fatal(err)
	}
	run(healthy)
	if err := run(healthy); err != nil {
		t.Errorf("halted at %d, world %d: %v", at, w, err)
	}
	r.has("m0001", "m0002")
	if t.Failed() {
		t.Fatalf("halted at %d, world %d", at, w)
	}
}

// failing is a disk that can't sync a ledger in which a message is staged; the
// run dies when it has cut that off, or the disk can't sync that either.
func failing(t *testing.T, log string, dies bool) func(durable.Op, func() error) error {
	hook, failed := halt(t, log, 0), false
	return func(op durable.Op, do func() error) error {
		if !strings.HasSuffix(op.Path, ".ledger") {
			if failed && dies {
				return errDead
			}
			return hook(op, do)
		}
		if text, _ := os.ReadFile(op.Path); op.Kind == durable.SyncFile && strings.Contains(string(text), "\nstaged ") {
			failed = true
			return syscall.EIO
		}
		if failed && (op.Kind == durable.SyncFile || dies && op.Kind != durable.Truncate) {
			return errDead
		}
		return hook(op, do)
	}
}

var errDead = errors.New("dead")

func halt(t *testing.T, log string, at int) func(durable.Op, func() error) error {
	t.Helper()
	hook, err := powerloss.Halt(log, at)
	if err != nil {
		t.Fatal(err)
	}
	return hook
}
