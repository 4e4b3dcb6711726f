package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// childDir tells the test binary that it is the process to be restricted, and
// where its folder is.
const childDir = "SANDBOX_TEST_DIR"

// TestEnter lets a process enter the sandbox, and then try what it may and what
// it may not.
func TestEnter(t *testing.T) {
	if ABI() == 0 {
		t.Skip("this kernel has no Landlock")
	}
	dir := t.TempDir()
	for _, folder := range []string{"mail/tmp", "mail/new", ".ssh", "etc"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{".ssh/id", "etc/hosts", "mail/tmp/1", "ca.pem"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var ports []string
	for range 2 {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	abstract, err := net.Listen("unix", "@"+dir)
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	named, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
	child.Env = append(os.Environ(), childDir+"="+dir, "PORTS="+strings.Join(ports, " "))
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// An attempt is something that the child tries. since is the Landlock from which
// on it is refused; 0 if it is allowed.
type attempt struct {
	what  string
	since int
	try   func() error
}

// TestChild is the process of TestEnter.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("it is for TestEnter")
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	allowed, other, _ := strings.Cut(os.Getenv("PORTS"), " ")
	port, err := strconv.Atoi(allowed)
	if err != nil {
		t.Fatal(err)
	}
	signals := 6
	if !ownSignalsPass() {
		signals = ABI() + 1
	}
	attempts := []attempt{
		{"write into the mailbox", 0, func() error { return os.WriteFile(at("mail/tmp/2"), nil, 0o600) }},
		{"truncate there", 0, func() error { return os.Truncate(at("mail/tmp/1"), 1) }},
		{"move within it", 0, func() error { return os.Rename(at("mail/tmp/1"), at("mail/new/1")) }},
		{"link within it", 0, func() error { return os.Link(at("mail/new/1"), at("mail/tmp/3")) }},
		{"make a folder in it", 0, func() error { return os.Mkdir(at("mail/cur"), 0o700) }},
		{"sync a folder of it", 0, func() error { return syncFolder(at("mail/new")) }},
		{"remove from it", 0, func() error { return errors.Join(os.Remove(at("mail/new/1")), os.Remove(at("mail/cur"))) }},
		{"read a folder's file", 0, func() error { return read(at("etc/hosts")) }},
		{"read a file", 0, func() error { return read(at("ca.pem")) }},
		{"connect to the port", 0, func() error { return dial("tcp4", "127.0.0.1:"+allowed) }},
		{"connect to a socket with a name", 0, func() error { return dial("unix", at("s")) }},
		{"signal itself", 0, func() error { return syscall.Kill(os.Getpid(), 0) }},

		{"read a key", leastABI, func() error { return read(at(".ssh/id")) }},
		{"list what is beside it", leastABI, func() error { _, err := os.ReadDir(at(".")); return err }},
		{"write what may only be read", leastABI, func() error { return os.WriteFile(at("etc/hosts"), nil, 0o600) }},
		{"truncate what may only be read", 3, func() error { return os.Truncate(at("etc/hosts"), 0) }},
		{"write a key", leastABI, func() error { return os.WriteFile(at(".ssh/authorized_keys"), nil, 0o600) }},
		{"remove a key", leastABI, func() error { return os.Remove(at(".ssh/id")) }},
		{"move a key into the mailbox", leastABI, func() error { return os.Rename(at(".ssh/id"), at("mail/tmp/id")) }},
		{"link a key into the mailbox", leastABI, func() error { return os.Link(at(".ssh/id"), at("mail/tmp/id")) }},
		{"make a link", leastABI, func() error { return os.Symlink(at(".ssh/id"), at("mail/tmp/link")) }},
		{"execute", leastABI, func() error { return exec.Command("/bin/true").Run() }},
		{"connect to another port", 4, func() error { return dial("tcp4", "127.0.0.1:"+other) }},
		{"connect to an abstract socket", 6, func() error { return dial("unix", "@"+dir) }},
		{"signal another process", signals, func() error { return syscall.Kill(os.Getppid(), 0) }},
		{"trace another process", leastABI, func() error { return unix.PtraceAttach(os.Getppid()) }},
	}
	started := make(chan struct{})
	var before sync.WaitGroup
	for i := range 4 { // threads that are there before
		before.Go(func() {
			<-started
			if err := read(at(".ssh/id")); err == nil {
				t.Errorf("goroutine %d read a key", i)
			}
		})
	}
	err = Enter(Rights{
		Read: []string{at("etc"), at("ca.pem"), at("missing")}, Write: []string{at("mail"), at("missing too")},
		Devices: []string{"/dev/tty"}, Ports: []int{port},
	})
	if err != nil {
		t.Fatal(err)
	}
	close(started)
	before.Wait()
	for _, a := range attempts {
		err := a.try()
		switch denied := errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EXDEV); {
		case a.since == 0 && err != nil:
			t.Errorf("%s: %v", a.what, err)
		case a.since > 0 && ABI() >= a.since && !denied:
			t.Errorf("%s: it wasn't denied: %v", a.what, err)
		}
	}
}

func read(path string) error {
	_, err := os.ReadFile(path)
	return err
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func dial(network, address string) error {
	conn, err := net.Dial(network, address)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	return conn.Close()
}
