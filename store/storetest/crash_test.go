package storetest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// The variables that make the test binary a child: it plays the scenario in
// the folder, and dies at the operation.
const (
	envScenario = "POPFETCH_TEST_SCENARIO"
	envFolder   = "POPFETCH_TEST_FOLDER"
	envDieAt    = "POPFETCH_TEST_DIE_AT"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(envScenario); name != "" {
		os.Exit(child(name))
	}
	durable.TestOnlyHook = unsynced
	os.Exit(m.Run())
}

// unsynced leaves out the syncs, which no test here needs: none of them cuts
// the power of the machine.
func unsynced(op durable.Op, do func() error) error {
	if op.Kind == durable.SyncFile || op.Kind == durable.SyncDir || op.Kind == durable.SyncFS {
		return nil
	}
	return do()
}

var scenarios = []scenario{
	{name: "maildir", batches: 3, each: 3},
	{name: "maildir-syncfs", batches: 2, each: 10},
	{name: "maildir-user", batches: 3, each: 3, user: true},
	{name: "maildir-rewrite", batches: 2, each: 2, rewrite: true},
	{name: "mbox", mbox: true, batches: 3, each: 3},
	{name: "mbox-large", mbox: true, batches: 1, each: 2, size: 70_000},
	{name: "mbox-user", mbox: true, batches: 3, each: 3, user: true},
}

func child(name string) int {
	folder := os.Getenv(envFolder)
	dieAt, err := strconv.Atoi(os.Getenv(envDieAt))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	if durable.TestOnlyHook, err = powerloss.Hook(filepath.Join(folder, "log"), dieAt); err != nil {
		fmt.Println(err)
		return 1
	}
	for _, s := range scenarios {
		if s.name == name {
			err = s.run(filepath.Join(folder, "root"))
		}
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// die plays the scenario in a child that dies at an operation, and reports
// whether it did or lived to the end.
func (s scenario) die(t *testing.T, folder string, at int) bool {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "root"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envScenario+"="+s.name, envFolder+"="+folder, envDieAt+"="+strconv.Itoa(at))
	out, err := cmd.CombinedOutput()
	exit := (*exec.ExitError)(nil)
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 1) {
		t.Fatalf("%v\n%s", err, out)
	}
	return err != nil
}

// A survival is a world in which each crash is tried.
type survival struct {
	name  string
	after func(s scenario, folder string) error
}

var survivals = []survival{
	{"kill", func(scenario, string) error { return nil }},
	{"kill, then mail is read", func(s scenario, folder string) error { return s.readMail(filepath.Join(folder, "root")) }},
	{"power loss", powerCut(powerloss.PowerLoss)},
	{"chance 1", powerCut(1)},
	{"chance 2", powerCut(2)},
	{"chance 3", powerCut(3)},
}

// powerCut rolls back what isn't durable. The machine was off for years then,
// by which a dotlock is known to be of the time before.
func powerCut(w powerloss.World) func(scenario, string) error {
	return func(_ scenario, folder string) error {
		if err := powerloss.RollBack(filepath.Join(folder, "log"), w); err != nil {
			return err
		}
		dotlock := filepath.Join(folder, "root", "mail", "mbox.lock")
		err := os.Chtimes(dotlock, time.Time{}, time.Now().AddDate(-10, 0, 0))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
}

// step is how many operations there are from one crash to the next: every one is met, but for -short and the race
// detector, which makes everything several times slower.
func step(short int) int {
	switch {
	case testing.Short():
		return short
	case raced:
		return 2
	default:
		return 1
	}
}

// TestCrash kills the small popfetch before every single operation, in every
// world, and lets the next run find every message exactly once. With the race
// detector or -short it is some of the operations, and other ones for each
// scenario.
func TestCrash(t *testing.T) {
	for i, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			folder := filepath.Join(storetest.MemoryDir(t), "crash")
			step := step(13)
			for at, died := 1+i%step, true; died; at += step {
				died = s.die(t, folder, at)
				s.surviveAll(t, folder, at)
			}
		})
	}
}

// surviveAll runs again after a crash, from the same state in every world.
func (s scenario) surviveAll(t *testing.T, folder string, at int) {
	t.Helper()
	dead := folder + ".dead"
	if err := os.Rename(folder, dead); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dead)
	defer os.RemoveAll(folder)
	for _, world := range survivals {
		if err := errors.Join(os.RemoveAll(folder), os.CopyFS(folder, os.DirFS(dead))); err != nil {
			t.Fatal(err)
		}
		if err := world.after(s, folder); err != nil {
			t.Fatalf("%s: %v", world.name, err)
		}
		root := filepath.Join(folder, "root")
		if err := s.run(root); err != nil {
			t.Errorf("dead at %d, %s: the next run: %v", at, world.name, err)
			continue
		}
		if err := s.check(root); err != nil {
			t.Errorf("dead at %d, %s: %v", at, world.name, err)
		}
	}
}

// check tells whether every message is there exactly once, the ledger says so,
// and nothing is left that a run should clear away.
func (s scenario) check(root string) error {
	errs := []error{s.checkMessages(root), s.checkLedger(root)}
	left := []string{"Maildir/tmp/*", "state/*.spool.*", "state/*.new", "mail/*.lock*"}
	for _, pattern := range left {
		if names, _ := filepath.Glob(filepath.Join(root, pattern)); len(names) > 0 {
			errs = append(errs, fmt.Errorf("left behind: %v", names))
		}
	}
	return errors.Join(errs...)
}

func (s scenario) checkMessages(root string) error {
	count, err := s.count(root)
	if err != nil {
		return err
	}
	diary, _ := os.ReadFile(filepath.Join(root, "diary"))
	for i := range s.total() {
		least, most := 1, 1
		if strings.Contains(string(diary), fmt.Sprintf("deleting %d\n", i)) {
			least = 0
		}
		if strings.Contains(string(diary), fmt.Sprintf("deleted %d\n", i)) {
			most = 0
		}
		if n := count[i]; n < least || n > most {
			return fmt.Errorf("message %d is there %d times, not %d to %d", i, n, least, most)
		}
	}
	return nil
}

// count counts each message in the mailbox. Something that isn't one of them,
// as a half of one, is an error.
func (s scenario) count(root string) (map[int]int, error) {
	read := storetest.ReadMaildir
	if s.mbox {
		read = storetest.ReadMbox
	}
	messages, err := read(s.mailbox(root))
	if err != nil {
		return nil, err
	}
	count := map[int]int{}
	for _, text := range messages {
		text = bytes.Replace(text, []byte(flags), nil, 1)
		i, err := strconv.Atoi(number(text))
		if err != nil || s.stored(i) != string(text) {
			return nil, fmt.Errorf("a message is not as it was sent: %.200q", text)
		}
		count[i]++
	}
	return count, nil
}

func (s scenario) checkLedger(root string) error {
	state, err := durable.OpenDir(filepath.Join(root, "state"))
	if err != nil {
		return err
	}
	defer state.Close()
	l, err := ledger.Read(state, "work")
	if err != nil {
		return err
	}
	for i := range s.total() {
		if e, _ := l.Lookup(key(i)); !e.IsKept() {
			return fmt.Errorf("the ledger doesn't call message %d kept", i)
		}
	}
	return nil
}
