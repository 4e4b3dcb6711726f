//go:build unix

package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestLoadPipe names a pipe that nobody writes to, and one as a shell makes it
// of <(COMMAND).
func TestLoadPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("Load: %v", err)
	}
	if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("ReadFile: %v", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // a test
	if _, err := w.WriteString("accounts:\n  work:\n    server: pop.example.org\n    user: me\n    maildir: /m\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
	if _, err := os.Stat(path); err != nil {
		if runtime.GOOS == "linux" {
			t.Fatal(err)
		}
		return // some systems have no such folder
	}
	if all, err := Load(path); err != nil || len(all.Accounts) != 1 {
		t.Errorf("handed over: %v", err)
	}
}
