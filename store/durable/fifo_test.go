//go:build unix

package durable

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// At a FIFO nobody waits until somebody writes to it.
func TestFIFO(t *testing.T) {
	root := t.TempDir()
	fifo := filepath.Join(root, "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	if _, err := OpenDir(fifo); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("OpenDir: %v", err)
	}
	d, err := OpenDir(root)
	must(t, err)
	defer d.Close()
	if _, err := d.OpenSub("fifo"); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Sub: %v", err)
	}
	if _, err := d.Names("fifo"); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Names: %v", err)
	}
	if _, err := d.Open("fifo"); err == nil {
		t.Error("Open: no error")
	}
}
