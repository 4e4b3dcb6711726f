//go:build unix

package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/fetch"
)

// newFIFO makes a FIFO, whose other end a command of on_new is to open.
func newFIFO(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened opens a FIFO when the other side has done so.
func opened(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func brought(n int) outcome { return outcome{report: fetch.Report{New: n}} }

// TestHooksDontOverlap lets mail come while a command is at work: one more run of
// it is told of all of that, and other accounts don't wait.
func TestHooksDontOverlap(t *testing.T) {
	var complaints bytes.Buffer
	p := &program{UI: &term.UI{Err: &complaints}}
	h := newHooks(t.Context(), p, 2)
	two, seven := newFIFO(t), newFIFO(t)
	told := filepath.Join(t.TempDir(), "told")
	a := account{Name: "work", OnNew: "echo $POPFETCH_NEW >>" + told +
		"; case $POPFETCH_NEW in 2) read line <" + two + ";; 7) read line <" + seven + ";; esac"}
	h.startCommand(a, brought(2))
	first := opened(t, two)
	h.startCommand(a, brought(3))
	h.startCommand(a, brought(0))
	h.startCommand(a, brought(4))
	h.startCommand(account{Name: "other", OnNew: "echo $POPFETCH_ACCOUNT >" + told + ".other; false"}, brought(1))
	first.WriteString("go on\n")
	opened(t, seven).WriteString("go on\n")
	h.wait()
	if text, err := os.ReadFile(told); string(text) != "2\n7\n" {
		t.Errorf("told of %q, %v", text, err)
	}
	if text, err := os.ReadFile(told + ".other"); string(text) != "other\n" {
		t.Errorf("the other was told of %q, %v", text, err)
	}
	if got := complaints.String(); got != "popfetch: other: on_new: exit status 1\n" {
		t.Errorf("said %q", got)
	}
}

// TestOnNewIsStopped ends a command with all that it has started.
func TestOnNewIsStopped(t *testing.T) {
	fifo := newFIFO(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- runOnNew(ctx, account{OnNew: "(read line; read line) <" + fifo + " & wait"}, 1, time.Minute)
	}()
	child := opened(t, fifo)
	cancel()
	if err := <-done; err == nil || err.Error() != "on_new: stopped with popfetch" {
		t.Errorf("got %v", err)
	}
	child.SetWriteDeadline(time.Now().Add(10 * time.Second))
	for {
		if _, err := child.WriteString("x"); errors.Is(err, syscall.EPIPE) {
			return
		} else if err != nil {
			t.Fatalf("the command's child is still there: %v", err)
		}
	}
}

func TestOnNewTakesTooLong(t *testing.T) {
	if err := runOnNew(t.Context(), account{OnNew: "sleep 60"}, 1, 10*time.Millisecond); err == nil || err.Error() != "on_new: stopped after 10ms" {
		t.Errorf("got %v", err)
	}
}
