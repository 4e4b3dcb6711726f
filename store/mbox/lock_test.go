package mbox_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/hint"
	"popfetch/store/mbox"
	"popfetch/store/storetest"
)

// mustBeLocked expects that a delivery waits and then gives up, and what the
// error says of who holds the mbox.
func (w *world) mustBeLocked(holder string) {
	w.Helper()
	err := w.deliver(three[0])
	locked, isTemporary := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	if !errors.As(err, new(*store.Error)) || !isTemporary || !strings.Contains(err.Error(), w.path+" is locked by ") {
		w.Fatalf("the error is %v", err)
	}
	if !strings.Contains(err.Error(), holder) {
		w.Errorf("the error %q doesn't tell of %q", err, holder)
	}
	_, noDotlock := os.Lstat(w.path + ".lock")
	if !locked.Temporary() || strings.Contains(hint.Of(err), "remove "+w.path+".lock") == (noDotlock != nil) {
		w.Errorf("the error has the hint %q", hint.Of(err))
	}
	if names, _ := w.state.Names("."); len(names) > 0 {
		w.Errorf("left in the state folder: %q", names)
	}
}

// deadProcess returns the number of a process that is no more.
func deadProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestDotlock(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	living, dead := os.Getppid(), deadProcess(t)
	tests := map[string]struct {
		text  string
		age   time.Duration
		taken bool // from whoever made it
	}{
		"living process":         {strconv.Itoa(living), time.Second, false},
		"living process, long":   {strconv.Itoa(living), 10 * time.Minute, false},
		"dead process":           {strconv.Itoa(dead) + "\n", 0, true},
		"dead process, Dovecot":  {fmt.Sprintf("%d:%s", dead, host), 0, true},
		"other host":             {fmt.Sprintf("%d:%s.example.org", dead, host), 4 * time.Minute, false},
		"other host, long":       {fmt.Sprintf("%d:%s.example.org", dead, host), 6 * time.Minute, true},
		"nobody tells":           {"", 4 * time.Minute, false},
		"nobody tells, long":     {"", 6 * time.Minute, true},
		"procmail":               {"0", 4 * time.Minute, false},
		"garbage":                {"\x00\xff" + strings.Repeat("x", 1000), 0, false},
		"this very process":      {strconv.Itoa(os.Getpid()), 0, true}, // its number, in a container
		"before the system boot": {strconv.Itoa(living), 20 * 365 * 24 * time.Hour, runtime.GOOS == "linux"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.patience = 150 * time.Millisecond // for more than one try
			lock := w.path + ".lock"
			w.must(os.WriteFile(lock, []byte(test.text), 0o600))
			then := time.Now().Add(-test.age)
			w.must(os.Chtimes(lock, then, then))
			if !test.taken {
				w.mustBeLocked(lock)
				text, err := os.ReadFile(lock)
				if err != nil || string(text) != test.text {
					t.Errorf("the dotlock of another is %q now (%v)", text, err)
				}
				w.must(os.Remove(lock))
			}
			w.must(w.deliver(three[0]))
			if names, _ := filepath.Glob(lock + "*"); len(names) > 0 {
				t.Errorf("left behind: %q", names)
			}
		})
	}
}

// TestWaitStops waits for a lock no longer than the run goes on.
func TestWaitStops(t *testing.T) {
	w := newWorld(t)
	w.must(os.WriteFile(w.path+".lock", []byte("theirs"), 0o600))
	stop := make(chan struct{})
	m, err := mbox.Open(w.path, w.state, "work.spool", "id", &mbox.Options{LockTimeout: time.Hour, Stop: stop})
	w.must(err)
	defer m.Close()
	b, err := m.Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader("x"))
	w.must(err)
	staged := make(chan error)
	go func() {
		_, err := b.Stage()
		staged <- err
	}()
	close(stop)
	select {
	case err = <-staged:
	case <-time.After(time.Minute):
		t.Fatal("it still waits")
	}
	if err == nil || !strings.Contains(err.Error(), w.path+" is locked by ") {
		t.Error(err)
	}
	w.must(b.Discard())
}

// TestLockIsHeld looks at the dotlock through the life of a batch: it is there
// from Stage to Publish or Discard, and no longer.
func TestLockIsHeld(t *testing.T) {
	w := newWorld(t)
	m := w.open()
	for _, end := range []func(store.Batch) error{store.Batch.Publish, store.Batch.Discard} {
		b, err := m.Begin()
		w.must(err)
		_, err = b.Append(strings.NewReader("x"))
		w.must(err)
		if w.locked() != "" {
			t.Error("the mbox is locked before Stage")
		}
		_, err = b.Stage()
		w.must(err)
		if w.locked() != strconv.Itoa(os.Getpid())+"\n" {
			t.Errorf("the dotlock holds %q between Stage and Publish", w.locked())
		}
		w.must(end(b))
		if w.locked() != "" {
			t.Error("the mbox is locked after it")
		}
	}
}

func (w *world) locked() string {
	text, _ := os.ReadFile(w.path + ".lock")
	return string(text)
}

// TestLockOfAnotherAccount repairs one account while another one of the same
// process has the mbox locked: that dotlock, of a living process though it is
// ours, is not one that a dead run left.
func TestLockOfAnotherAccount(t *testing.T) {
	w := newWorld(t)
	b, err := w.open().Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader(three[0]))
	w.must(err)
	_, err = b.Stage()
	w.must(err)
	other, err := mbox.Open(w.path, w.state, "home.spool", "id2", nil)
	w.must(err)
	defer other.Close()
	_, err = other.Repair(nil)
	w.must(err)
	if w.locked() == "" {
		t.Error("the lock of another account was broken")
	}
	w.must(b.Publish())
	w.wants(three[:1])
}

// TestBrokenLock has a program that took our dotlock for stale and made its
// own: that isn't ours to remove.
func TestBrokenLock(t *testing.T) {
	w := newWorld(t)
	m := w.open()
	b, err := m.Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader("x"))
	w.must(err)
	_, err = b.Stage()
	w.must(err)
	w.must(os.Remove(w.path + ".lock"))
	w.must(os.WriteFile(w.path+".lock", []byte("theirs"), 0o600))
	w.must(b.Publish())
	if w.locked() != "theirs" {
		t.Error("the dotlock of another program was removed")
	}
}

// TestUnwritableFolder has an mbox in a folder where no dotlock can be made,
// as in /var/mail.
func TestUnwritableFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the dotlock is all it has
	}
	for _, reason := range []error{syscall.EACCES, syscall.EROFS, syscall.EPERM} {
		w := newWorld(t)
		durable.TestOnlyHook = func(op durable.Op, do func() error) error {
			if strings.Contains(op.Path, "mbox.lock") {
				return &os.PathError{Op: "openat", Path: op.Path, Err: reason}
			}
			return do()
		}
		err := w.deliver(three...)
		durable.TestOnlyHook = nil
		w.must(err)
		w.wants(three)
	}
}

// unwritable lets the folder of the mbox take no dotlock, and tells how often one
// was tried.
func (w *world) unwritable() (tries *atomic.Int32) {
	tries = &atomic.Int32{}
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if strings.HasPrefix(op.Path, w.path+".lock") {
			if op.Kind == durable.Create {
				tries.Add(1)
			}
			return &os.PathError{Op: "openat", Path: op.Path, Err: syscall.EACCES}
		}
		return do()
	}
	w.Cleanup(func() { durable.TestOnlyHook = nil })
	return tries
}

// TestDotlockInUnwritableFolder has another program's dotlock where we can make
// none, and remove none either.
func TestDotlockInUnwritableFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the dotlock is all it has
	}
	const abandoned = "which a program that is gone left there"
	for name, test := range map[string]struct {
		text  string
		age   time.Duration
		stale bool
	}{
		"living process":     {strconv.Itoa(os.Getppid()), 0, false},
		"dead process":       {strconv.Itoa(deadProcess(t)), 0, true},
		"nobody tells":       {"", time.Minute, false},
		"nobody tells, long": {"", 6 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.patience = 150 * time.Millisecond // for more than one try
			lock := w.path + ".lock"
			w.must(os.WriteFile(lock, []byte(test.text), 0o600))
			then := time.Now().Add(-test.age)
			w.must(os.Chtimes(lock, then, then))
			tries := w.unwritable()
			w.mustBeLocked(lock)
			if err := w.deliver(three[0]); strings.Contains(err.Error(), abandoned) != test.stale || tries.Load() < 3 {
				t.Errorf("after %d tries: %v", tries.Load(), err)
			}
			w.wants(nil)
			w.must(os.Remove(lock))
			w.must(w.deliver(three[0]))
			w.wants(three[:1])
		})
	}
}

// TestWaitInUnwritableFolder has the other program end while we wait for it.
func TestWaitInUnwritableFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return
	}
	w := newWorld(t)
	lock := w.path + ".lock"
	w.must(os.WriteFile(lock, []byte(strconv.Itoa(os.Getppid())), 0o600))
	tries := w.unwritable()
	inner := durable.TestOnlyHook
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		err := inner(op, do)
		if tries.Load() == 3 {
			os.Remove(lock)
		}
		return err
	}
	w.must(w.deliver(three...))
	w.wants(three)
	if tries.Load() < 3 {
		t.Errorf("it waited for no more than %d tries", tries.Load())
	}
}

// TestStaleDotlockReplaced has another program take over a stale dotlock between
// our look at it and its removal, as may be where fcntl is refused.
func TestStaleDotlockReplaced(t *testing.T) {
	w := newWorld(t)
	lock := w.path + ".lock"
	theirs := strconv.Itoa(os.Getppid())
	w.must(os.WriteFile(lock, []byte(strconv.Itoa(deadProcess(t))), 0o600))
	replace := sync.OnceFunc(func() {
		w.must(os.Remove(lock))
		w.must(os.WriteFile(lock, []byte(theirs), 0o600))
	})
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Path == lock && (op.Kind == durable.Remove || op.Kind == durable.Rename) {
			replace()
		}
		return do()
	}
	defer func() { durable.TestOnlyHook = nil }()
	w.mustBeLocked(lock)
	if w.locked() != theirs {
		t.Errorf("their dotlock is %q now", w.locked())
	}
	w.wants(nil)
}

// TestNoLinks has a file system without links: the dotlock is made all the same.
func TestNoLinks(t *testing.T) {
	w := newWorld(t)
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Kind == durable.Link {
			return &os.LinkError{Op: "link", Old: op.Path, New: op.To, Err: syscall.EPERM}
		}
		return do()
	}
	defer func() { durable.TestOnlyHook = nil }()
	b, err := w.open().Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader(three[0]))
	w.must(err)
	_, err = b.Stage()
	w.must(err)
	if runtime.GOOS != "windows" && w.locked() != strconv.Itoa(os.Getpid())+"\n" {
		t.Errorf("the dotlock is %q", w.locked())
	}
	w.must(b.Publish())
	w.wants(three[:1])
	if w.locked() != "" {
		t.Error("the dotlock is still there")
	}
	w.must(os.WriteFile(w.path+".lock", []byte("theirs"), 0o600))
	w.mustBeLocked("theirs")
}

// TestManyAccounts has accounts of one process that deliver to one mbox, whose
// paths differ, at the same time.
func TestManyAccounts(t *testing.T) {
	w := newWorld(t)
	link := filepath.Join(t.TempDir(), "link")
	w.must(os.Symlink(w.path, link))
	folder := filepath.Join(t.TempDir(), "folder")
	w.must(os.Symlink(filepath.Dir(w.path), folder))
	w.write("")
	var accounts sync.WaitGroup
	for i, path := range []string{w.path, link, filepath.Join(folder, "mbox")} {
		accounts.Go(func() {
			m, err := mbox.Open(path, w.state, "work.spool", fmt.Sprintf("id%d", i), nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer m.Close()
			for range 10 {
				b, err := m.Begin()
				if err == nil {
					_, err = b.Append(strings.NewReader("x\n"))
				}
				if err == nil {
					_, err = b.Stage()
				}
				if err == nil {
					err = b.Publish()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	accounts.Wait()
	if messages, err := storetest.ReadMbox(w.path); err != nil || len(messages) != 30 {
		t.Errorf("there are %d messages, not 30 (%v)", len(messages), err)
	}
}

func TestOpen(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	paths := map[string]string{
		"a folder":                  folder,
		"a link to a folder":        filepath.Join(t.TempDir(), "link"),
		"a link that leads nowhere": filepath.Join(t.TempDir(), "link"),
		"below a file":              filepath.Join(folder, "file", "mbox"),
	}
	w.must(os.Symlink(folder, paths["a link to a folder"]))
	w.must(os.Symlink("nowhere", paths["a link that leads nowhere"]))
	w.must(os.WriteFile(filepath.Join(folder, "file"), nil, 0o600))
	if runtime.GOOS != "windows" {
		paths["a device"] = os.DevNull
	}
	for name, path := range paths {
		m, err := mbox.Open(path, w.state, "work.spool", "id", nil)
		if !errors.As(err, new(*store.Error)) || m != nil {
			t.Errorf("Open of %s returned %v", name, err)
		}
	}
}

// TestOpenMakesFolders delivers to where there is nothing yet.
func TestOpenMakesFolders(t *testing.T) {
	w := newWorld(t)
	w.path = filepath.Join(t.TempDir(), "a", "b", "mbox")
	w.must(w.deliver(three...))
	w.wants(three)
}
