package termtest

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"popfetch/config/secret/ptytest"
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
	person, path := ptytest.Open(t)
	program, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &PTY{NewScreen(columns), program, make(chan struct{})}
	p.Resize(t, columns, rows)
	go func() {
		defer close(p.read)
		_, _ = io.Copy(p.Screen, person) // up to EIO, when nobody writes any more
	}()
	t.Cleanup(p.CloseAndWait)
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

// CloseAndWait waits until the person has seen all.
func (p *PTY) CloseAndWait() {
	p.Program.Close()
	<-p.read
}

// AwaitLines waits until the screen is as it should be.
func (p *PTY) AwaitLines(t testing.TB, what string, seen func(lines []string) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if seen(strings.Split(strings.TrimSuffix(p.String(), "\n"), "\n")) {
			return
		}
	}
	t.Errorf("%s is never seen: %q", what, p.String())
}
