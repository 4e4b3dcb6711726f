package termtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A PTY is a pseudo-terminal of that size: the end where the program writes,
// and what a person then sees.
type PTY struct {
	*Screen
	Program *os.File
	read    chan struct{} // closed when all is read
}

// NewPTY returns one; where there can be none, the test is skipped.
func NewPTY(t testing.TB, columns, rows int) *PTY {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	switch {
	case err != nil && os.Getenv("POPFETCH_INTEROP") == "required":
		t.Fatalf("no pseudo-terminals: %v", err)
	case err != nil:
		t.Skipf("no pseudo-terminals: %v", err)
	}
	raw, err := person.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	var failed error
	err = raw.Control(func(fd uintptr) {
		if failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); failed == nil {
			number, failed = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &PTY{NewScreen(columns), program, make(chan struct{})}
	p.Resize(t, columns, rows)
	go func() {
		defer close(p.read)
		_, _ = io.Copy(p.Screen, person) // up to EIO, when nobody writes any more
	}()
	t.Cleanup(func() { p.End(); person.Close() })
	return p
}

// Resize makes it another size, as a person does with a window: a line that was
// drawn before may be broken then.
func (p *PTY) Resize(t testing.TB, columns, rows int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Columns = columns
	size := &unix.Winsize{Col: uint16(columns), Row: uint16(rows)}
	if err := unix.IoctlSetWinsize(int(p.Program.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
}

// End waits until the person has seen all.
func (p *PTY) End() {
	p.Program.Close()
	<-p.read
}

// Await waits until the screen is as it should be.
func (p *PTY) Await(t testing.TB, what string, seen func(lines []string) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if seen(strings.Split(strings.TrimSuffix(p.String(), "\n"), "\n")) {
			return
		}
	}
	t.Errorf("%s is never seen: %q", what, p.String())
}
