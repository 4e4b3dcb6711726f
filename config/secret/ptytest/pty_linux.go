package ptytest

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Open returns the person's end of a new pseudo-terminal and the path of the
// program's end. POPFETCH_INTEROP=required makes it an error that the machine
// has none.
func Open(t testing.TB) (person *os.File, path string) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	switch {
	case err != nil && os.Getenv("POPFETCH_INTEROP") == "required":
		t.Fatalf("no pseudo-terminals: %v", err)
	case err != nil:
		t.Skipf("no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
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
	return person, fmt.Sprintf("/dev/pts/%d", number)
}
