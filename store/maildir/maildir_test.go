package maildir_test

import (
	"os"
	"path/filepath"
	"testing"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/maildir"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Subject {
		root := t.TempDir()
		path := filepath.Join(root, "Mail", "work")
		return storetest.Subject{
			Root: root,
			Open: func(id string) (store.Mailbox, error) { return maildir.Open(path, id) },
			Read: func() ([][]byte, error) { return storetest.ReadMaildir(path) },
			MarkRead: func() error {
				return each(path, func(name string) error { return os.Rename(name, path+"/cur/"+filepath.Base(name)+":2,S") })
			},
			Full:      fillDisk,
			DeleteAll: func() error { return each(path, os.Remove) },
			Litter:    func() ([]string, error) { return filepath.Glob(path + "/tmp/*") },
		}
	})
}

// each does something with every message that mail programs see.
func each(path string, do func(name string) error) error {
	for _, folder := range []string{"new", "cur"} {
		names, err := filepath.Glob(filepath.Join(path, folder, "*"))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := do(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillDisk lets everything fail that needs room on the disk.
func fillDisk(full bool) {
	durable.TestOnlyHook = nil
	if full {
		durable.TestOnlyHook = powerloss.Full(1, powerloss.Lastingly)
	}
}
