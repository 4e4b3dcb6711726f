//go:build unix

package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/storetest/powerloss"
)

// The crash tests kill children: each is this test binary, which does what
// "popfetch sync" does for one account against a server in the parent.

func init() { children["sync"] = syncChild }

// A crash is one way in which the account is set up.
type crash struct {
	mbox   bool // else a Maildir
	delete bool
	many   bool // several batches, with more files than are synced one by one
}

// The variables that tell the child what to do.
const (
	envCrash  = "POPFETCH_TEST_CRASH"  // a crash, as its name
	envServer = "POPFETCH_TEST_SERVER" // where to connect to
	envFolder = "POPFETCH_TEST_FOLDER" // with root, where the account is, and log
	envDieAt  = "POPFETCH_TEST_DIE_AT" // operation; without it, none is logged
)

func (c crash) String() string {
	return choose(c.mbox, "mbox", "maildir") + "-" + choose(c.delete, "delete", "keep") + "-" + choose(c.many, "many", "few")
}

func choose[T any](yes bool, this, that T) T {
	if yes {
		return this
	}
	return that
}

func (c crash) rules() Rules {
	if c.delete {
		return Rules{Delete: Delete{When: AtOnce}}
	}
	return Rules{}
}

// crashBatch is the number of messages in a batch: more than durable.Group
// syncs one by one.
const crashBatch = 10

// syncChild is main in the child.
func syncChild() int {
	words := strings.Split(os.Getenv(envCrash), "-")
	c := crash{mbox: words[0] == "mbox", delete: words[1] == "delete", many: words[2] == "many"}
	folder := os.Getenv(envFolder)
	durable.TestOnlyHook = nil
	if dieAt, err := strconv.Atoi(os.Getenv(envDieAt)); err == nil {
		if durable.TestOnlyHook, err = powerloss.Hook(filepath.Join(folder, "log"), dieAt); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	_, err := c.run(filepath.Join(folder, "root"), os.Getenv(envServer))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// run is one sync of the account.
func (c crash) run(root, server string) (Report, error) {
	maxBatchMessages = crashBatch
	a, err := openAccount(root, c.mbox)
	if err != nil {
		return Report{}, err
	}
	defer a.close()
	j := jobFor(server, c.rules())
	j.Ledger, j.Mailbox = a.ledger, a.box
	report, err := Run(context.Background(), j)
	return report, errors.Join(err, a.tell(report, err))
}

// tell says in the ledger how a run ended, as "popfetch sync" does.
func (a *account) tell(report Report, err error) error {
	if err != nil {
		return a.ledger.Append(ledger.Record{Kind: ledger.RunError, Time: time.Now(), Count: 70, Text: err.Error()})
	}
	return a.ledger.Append(ledger.Record{Kind: ledger.Done, Time: time.Now(), Count: report.New})
}

// command is the child that syncs in the folder.
func (c crash) command(ctx context.Context, folder, server string, env ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"=sync",
		envCrash+"="+c.String(), envServer+"="+server, envFolder+"="+folder,
		"GORACE=atexit_sleep_ms=0") // or each that isn't killed takes a second
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// childTime is more than any child takes.
const childTime = time.Minute

// wasKilled tells a child that was killed from one that came to its end. Any
// other end fails the test.
func wasKilled(t *testing.T, out []byte, err error) bool {
	t.Helper()
	if err == nil {
		return false
	}
	exit := (*exec.ExitError)(nil)
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
			return true
		}
	}
	t.Fatalf("the child: %v\n%s", err, out)
	return false
}
