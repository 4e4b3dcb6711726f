//go:build unix

package mbox_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"popfetch/store/mbox"
)

// envLock makes the test binary a child that locks that file as a mail program
// does, and holds it until its standard input ends.
const envLock = "POPFETCH_TEST_LOCK"

func TestMain(m *testing.M) {
	if path := os.Getenv(envLock); path != "" {
		lockFile(path)
		return
	}
	os.Exit(m.Run())
}

func lockFile(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("locked")
	bufio.NewReader(os.Stdin).ReadByte()
	f.Close()
}

// startLocker tries to lock the mbox in another process, and returns what that
// says. release ends it.
func (w *world) startLocker() (said string, pid int, release func()) {
	w.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envLock+"="+w.path)
	stdin, err := cmd.StdinPipe()
	w.must(err)
	stdout, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	said, err = bufio.NewReader(stdout).ReadString('\n')
	w.must(err)
	release = sync.OnceFunc(func() {
		stdin.Close()
		cmd.Wait()
	})
	w.Cleanup(release)
	return strings.TrimSpace(said), cmd.Process.Pid, release
}

// TestFcntl has another process that holds the mbox for too long, and then
// lets go while we wait.
func TestFcntl(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	said, pid, release := w.startLocker()
	if said != "locked" {
		t.Fatal(said)
	}
	w.mustBeLocked(fmt.Sprintf("process %d ", pid))
	if w.read() != former || w.locked() != "" {
		t.Error("the mbox of another was touched")
	}
	time.AfterFunc(100*time.Millisecond, release)
	w.must(w.deliver(three...))
	w.wants(append([]string{"Subject: former\n\nWas there before.\n"}, three...))
}

// TestFcntlIsHeld tries to lock the mbox while it is ours.
func TestFcntlIsHeld(t *testing.T) {
	w := newWorld(t)
	m := w.open()
	b, err := m.Begin()
	w.must(err)
	_, err = b.Append(strings.NewReader("x"))
	w.must(err)
	_, err = b.Stage()
	w.must(err)
	if said, _, release := w.startLocker(); said != syscall.EAGAIN.Error() && said != syscall.EACCES.Error() {
		t.Errorf("another process that locks the mbox says: %s", said)
	} else {
		release()
	}
	w.must(b.Publish())
	if said, _, _ := w.startLocker(); said != "locked" {
		t.Errorf("after it, another process says: %s", said)
	}
}

// TestReplacedMeanwhile has a mail program that replaces the mbox by another
// file under its lock: the message must not go to the one that is gone.
func TestReplacedMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.write(former)
	_, _, release := w.startLocker()
	time.AfterFunc(100*time.Millisecond, func() {
		os.WriteFile(w.path+".new", []byte(latter), 0o600)
		os.Rename(w.path+".new", w.path)
		release()
	})
	w.must(w.deliver(three[0]))
	w.wants([]string{"Subject: latter\n\nCame meanwhile.\n", three[0]})
}

// TestDotlockNoFile has a dotlock that can't be read without waiting for ever.
func TestDotlockNoFile(t *testing.T) {
	w := newWorld(t)
	lock := w.path + ".lock"
	w.must(syscall.Mkfifo(lock, 0o600))
	w.mustBeLocked(lock)
	long := time.Now().Add(-time.Hour)
	w.must(os.Chtimes(lock, long, long))
	w.must(w.deliver(three[0]))
}

func TestOpenFIFO(t *testing.T) {
	w := newWorld(t)
	w.must(syscall.Mkfifo(w.path, 0o600))
	if _, err := mbox.Open(w.path, w.state, "work.spool", "id", nil); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("Open returned %v for a FIFO", err)
	}
}
