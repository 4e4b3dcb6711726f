//go:build unix

package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/pipe"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

func init() { children["pipe"] = pipeChild }

// pipeCommand makes a file of each message, whole or not at all.
const pipeCommand = `cat >"$POPFETCH_TEST_FOLDER/part.$$" && mv "$POPFETCH_TEST_FOLDER/part.$$" "$POPFETCH_TEST_FOLDER/out/$$"`

// pipeChild is main in the child.
func pipeChild() int {
	folder := os.Getenv(envFolder)
	at, err := strconv.Atoi(os.Getenv(envDieAt))
	if err == nil {
		durable.TestOnlyHook, err = powerloss.Hook(filepath.Join(folder, "log"), at)
	}
	if err == nil {
		_, err = runPipe(folder, os.Getenv(envServer))
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// runPipe is one sync to the command, which deletes on the server.
func runPipe(folder, server string) (report Report, err error) {
	state, _, err := durable.MakeDir(filepath.Join(folder, "state"))
	if err != nil {
		return report, err
	}
	defer state.Close()
	l, err := ledger.Open(state, "work", 0)
	if err != nil {
		return report, err
	}
	defer l.Close()
	environment := []string{"PATH=" + os.Getenv("PATH"), envFolder + "=" + folder}
	j := jobFor(server, Rules{Delete: Delete{When: AtOnce}})
	j.Ledger = l
	j.Mailbox = pipe.Open(context.Background(), pipeCommand, state, "work.spool", l.ID(), &pipe.Options{Variables: environment})
	defer j.Mailbox.Close()
	return Run(context.Background(), j)
}

// TestCrashPipe kills a sync to a command before each operation on the file
// system, with and without power lost. The next run then has every message
// delivered at least once, at most one of them twice, and tells which. With the
// race detector it is every third operation.
func TestCrashPipe(t *testing.T) {
	drop := &pop3d.Maildrop{}
	server := &pop3d.Server{Users: map[string]pop3d.User{rigUser: {Password: rigPassword, Maildrop: drop}}}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	twice, step := 0, choose(testing.Short(), 5, choose(raced, 3, 1))
	for at, died := 1, true; died; at += step {
		folder := filepath.Join(storetest.MemoryDir(t), "crash")
		if err := os.MkdirAll(filepath.Join(folder, "out"), 0o700); err != nil {
			t.Fatal(err)
		}
		drop.Remove(drop.UIDs()...)
		drop.Add(messages(3)...)
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), envChild+"=pipe", envServer+"="+server.Addr(), envFolder+"="+folder,
			envDieAt+"="+strconv.Itoa(at), "GORACE=atexit_sleep_ms=0")
		out, err := cmd.CombinedOutput()
		died = wasKilled(t, out, err)
		lastSession(t, server)
		if at/2%2 == 0 {
			if err := powerloss.RollBack(filepath.Join(folder, "log"), powerloss.PowerLoss); err != nil {
				t.Fatal(err)
			}
		}
		again, err := survivePipe(folder, server.Addr(), drop)
		if err != nil {
			t.Errorf("killed before operation %d: %v", at, err)
		}
		twice += again
	}
	if twice == 0 && step == 1 {
		t.Error("no message was delivered twice: the test kills nobody where it matters")
	}
}

// survivePipe is the run after a crash and one more. It returns how many
// messages were delivered twice.
func survivePipe(folder, server string, drop *pop3d.Maildrop) (twice int, err error) {
	for uid := range missingFrom(folder) {
		if !slices.Contains(drop.UIDs(), uid) {
			return 0, fmt.Errorf("%s is deleted and was not delivered", uid)
		}
	}
	report, err := runPipe(folder, server)
	if err != nil {
		return 0, err
	}
	for i := range 3 {
		m := messages(3)[i]
		n := delivered(folder, m)
		switch {
		case n == 0 || n > 2, n == 2 && !slices.Equal(report.Again, []string{m.UID}):
			err = errors.Join(err, fmt.Errorf("%s was delivered %d times; in doubt are %q", m.UID, n, report.Again))
		case n == 2:
			twice++
		}
	}
	third, runErr := runPipe(folder, server)
	if third.New+third.Deleted+len(third.Again)+drop.Len() > 0 {
		err = errors.Join(err, fmt.Errorf("the third run finds %+v", third))
	}
	left, globErr := filepath.Glob(filepath.Join(folder, "state", "*spool*"))
	if len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("left behind: %q", left))
	}
	return twice, errors.Join(err, runErr, globErr)
}

// missingFrom yields the UIDs of messages that the command didn't get.
func missingFrom(folder string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, m := range messages(3) {
			if delivered(folder, m) == 0 && !yield(m.UID) {
				return
			}
		}
	}
}

// delivered counts how often the command got a message, whole.
func delivered(folder string, m pop3d.Message) (n int) {
	names, _ := filepath.Glob(filepath.Join(folder, "out", "*"))
	for _, name := range names {
		if text, _ := os.ReadFile(name); bytes.Equal(text, []byte(stored(m.Body))) {
			n++
		}
	}
	return n
}
