package ledger

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
)

// envHold makes the test binary a child that opens the ledger in that folder
// and holds it until its standard input ends.
const envHold = "POPFETCH_TEST_HOLD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(envHold); folder != "" {
		hold(folder)
		return
	}
	os.Exit(m.Run())
}

func hold(folder string) {
	state, err := durable.OpenDir(folder)
	if err != nil {
		panic(err)
	}
	if _, err := Open(state, "work", 0); err != nil {
		panic(err)
	}
	os.Stdout.WriteString("held\n")
	bufio.NewReader(os.Stdin).ReadByte()
}

// startHolder starts another process that holds the ledger. release ends it.
func startHolder(t *testing.T, state *durable.Dir) (pid int, release func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envHold+"="+state.Path())
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process said %q (%v)", line, err)
	}
	release = sync.OnceFunc(func() {
		stdin.Close()
		cmd.Wait()
	})
	t.Cleanup(release)
	return cmd.Process.Pid, release
}

func TestInUse(t *testing.T) {
	state := openDir(t)
	pid, release := startHolder(t, state)
	_, err := Open(state, "work", 0)
	inUse := (*InUseError)(nil)
	if !errors.As(err, new(*store.Error)) || !errors.As(err, &inUse) {
		t.Fatalf("Open returned %v for a ledger that another process holds", err)
	}
	if inUse.PID != pid || time.Since(inUse.Since) > time.Minute {
		t.Errorf("the holder is told to be process %d since %v, not %d", inUse.PID, inUse.Since, pid)
	}
	if temporary := interface{ Temporary() bool }(nil); !errors.As(err, &temporary) || !temporary.Temporary() {
		t.Error("the error isn't a temporary one")
	}
	if _, err := Read(state, "work"); err != nil {
		t.Errorf("Read needs the lock: %v", err)
	}
	if l, err := Open(state, "home", 0); err != nil {
		t.Errorf("another account's ledger is held too: %v", err)
	} else {
		l.Close()
	}
	release()
	open(t, state)
}

func TestWait(t *testing.T) {
	state := openDir(t)
	_, release := startHolder(t, state)
	began := time.Now()
	if _, err := Open(state, "work", 150*time.Millisecond); !errors.As(err, new(*InUseError)) {
		t.Errorf("Open returned %v", err)
	}
	if waited := time.Since(began); waited < 150*time.Millisecond {
		t.Errorf("Open waited for %v only", waited)
	}
	time.AfterFunc(200*time.Millisecond, release)
	l, err := Open(state, "work", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// TestHolderDies has a process that is killed: its lock ends with it.
func TestHolderDies(t *testing.T) {
	state := openDir(t)
	pid, _ := startHolder(t, state)
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	process.Kill()
	l, err := Open(state, "work", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}
