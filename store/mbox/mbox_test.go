package mbox_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/mbox"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Subject {
		root := t.TempDir()
		state, err := durable.OpenDir(root)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { state.Close() })
		path := filepath.Join(root, "Mail", "work")
		return storetest.Subject{
			Root: root,
			Open: func(id string) (store.Mailbox, error) {
				return mbox.Open(path, state, "work.spool", id, &mbox.Options{LockTimeout: 10 * time.Second})
			},
			Read:      func() ([][]byte, error) { return storetest.ReadMbox(path) },
			MarkRead:  func() error { return addFlags(path) },
			Full:      fillDisk,
			DeleteAll: func() error { return os.Truncate(path, 0) },
			Litter:    func() ([]string, error) { return filepath.Glob(root + "/work.spool*") },
			EndsLines: true,
		}
	})
}

var envelope = regexp.MustCompile(`(?m)^From .*\n`)

// flagLines are the fields that a mail program adds.
const flagLines = "Status: RO\nX-Keywords: a\n b\n"

// addFlags is what a mail program does that has shown all messages.
func addFlags(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, envelope.ReplaceAll(text, []byte("${0}"+flagLines)), 0o600)
}

// fillDisk lets everything fail that needs room on the disk.
func fillDisk(full bool) {
	durable.TestOnlyHook = nil
	if full {
		durable.TestOnlyHook = powerloss.Full(1, powerloss.Lastingly)
	}
}
