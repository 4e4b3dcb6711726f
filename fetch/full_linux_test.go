package fetch

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store"
	"popfetch/store/durable"
)

// TestSmallDisk fills a real file system, several times, and then gives it
// room. Several batches fit on it.
func TestSmallDisk(t *testing.T) {
	const total = 600
	defer func(n int) { maxBatchMessages = n }(maxBatchMessages)
	maxBatchMessages = 100
	both(t, func(t *testing.T, r *rig) {
		r.root = smallDisk(t)
		want := map[string]bool{}
		for i := range total {
			text := textOf(fmt.Sprint("number ", i)) + strings.Repeat("some more of it\r\n", i%2*500)
			r.drop.Add(pop3d.Message{Body: []byte(text)})
			want[stored([]byte(text))] = true
		}
		r.rules.Delete.When = AtOnce
		onDisk(t, func(_ durable.Op, do func() error) error { return do() })
		fetched := 0
		for range 3 {
			report, err := r.run()
			if !errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC) || len(report.Failed) > 0 {
				t.Fatalf("%+v, %v", report, err)
			}
			fetched += report.New
			if n := r.wholeAndOnce(want); n < fetched || r.drop.Len() != total {
				t.Errorf("%d messages are visible of %d that were fetched, %d on the server", n, fetched, r.drop.Len())
			}
		}
		if fetched == 0 {
			t.Error("the disk was full from the start")
		}
		if err := syscall.Mount("", r.root, "", syscall.MS_REMOUNT, "size=100m"); err != nil {
			t.Fatal(err)
		}
		r.sync(total - fetched)
		if n := r.wholeAndOnce(want); n != total {
			t.Errorf("%d messages are visible in the end", n)
		}
		r.onServer()
		r.sync(0)
	})
}

// smallDisk makes a file system of 2 MB, where that is allowed.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("popfetch-test", dir, "tmpfs", 0, "size=2m")
	if err != nil && os.Getuid() == 0 && os.Getenv("POPFETCH_INTEROP") == "required" {
		t.Fatalf("mount a file system: %v", err)
	}
	if err != nil {
		t.Skipf("mount a file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

// wholeAndOnce checks that the mailbox has nothing but these messages, each no
// more than once, and returns how many they are.
func (r *rig) wholeAndOnce(want map[string]bool) int {
	r.t.Helper()
	texts, err := readBox(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, text := range texts {
		if !want[text] {
			r.t.Errorf("not a message that was sent: %d bytes, %.100q", len(text), text)
		}
		if seen[text] {
			r.t.Errorf("it is there twice: %.100q", text)
		}
		seen[text] = true
	}
	return len(seen)
}
