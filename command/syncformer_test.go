//go:build unix

package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/store/durable"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// A destinationChange is what becomes of an account's mailbox after a run that
// died. DIR stands for the folder of the test.
type destinationChange struct {
	name         string
	before, then string // the key of the mailbox, and its value
	change       func(r *formerRig)
}

var destinationChanges = []destinationChange{
	{name: "maildir to mbox", before: "maildir: DIR/a", then: "mbox: DIR/b"},
	{name: "mbox to maildir", before: "mbox: DIR/a", then: "maildir: DIR/b"},
	{name: "maildir to maildir", before: "maildir: DIR/a", then: "maildir: DIR/b"},
	{name: "mbox to mbox", before: "mbox: DIR/a", then: "mbox: DIR/b"},
	{name: "maildir by another name", before: "maildir: DIR/a", then: "maildir: DIR/link", change: func(r *formerRig) { r.link("a") }},
	{name: "mbox by another name", before: "mbox: DIR/a", then: "mbox: DIR/link", change: func(r *formerRig) { r.link("a") }},
	{name: "a link to another maildir", before: "maildir: DIR/link", then: "maildir: DIR/link", change: func(r *formerRig) { r.link("b") }},
	{name: "a link to another mbox", before: "mbox: DIR/link", then: "mbox: DIR/link", change: func(r *formerRig) { r.link("b") }},
	{name: "maildir moved", before: "maildir: DIR/a", then: "maildir: DIR/b", change: func(r *formerRig) { r.move() }},
	{name: "mbox moved", before: "mbox: DIR/a", then: "mbox: DIR/b", change: func(r *formerRig) { r.move() }},
	{name: "maildir to pipe", before: "maildir: DIR/a", then: formerPipe},
	{name: "mbox to pipe", before: "mbox: DIR/a", then: formerPipe},
	{name: "pipe to maildir", before: formerPipe, then: "maildir: DIR/b"},
	{name: "pipe to mbox", before: formerPipe, then: "mbox: DIR/b"},
}

// formerPipe makes a file of each message.
const formerPipe = `pipe: cat >"$(mktemp DIR/out/XXXXXX)"`

// A formerRig is a faultRig whose account changes its mailbox.
type formerRig struct {
	*faultRig
	destinationChange
	log   string
	twice bool // has a run said that a message may come twice
}

func newFormerRig(t *testing.T, c destinationChange) *formerRig {
	r := &formerRig{newFaultRig(t, false, true, mishap{}), c, filepath.Join(t.TempDir(), "log"), false}
	r.must(os.Mkdir(r.path("out"), 0o700))
	if strings.HasSuffix(c.before, "link") {
		r.link("a")
	}
	r.configure(c.before)
	return r
}

// link lets the symbolic link lead to a mailbox. There may be none yet.
func (r *formerRig) link(name string) {
	os.Remove(r.path("link"))
	switch _, err := os.Stat(r.path(name)); {
	case err == nil:
	case strings.HasPrefix(r.before, "mbox"):
		r.write(name, "")
	default:
		r.must(os.Mkdir(r.path(name), 0o700))
	}
	r.must(os.Symlink(r.path(name), r.path("link")))
}

// move moves the mailbox, if there is one already.
func (r *formerRig) move() {
	if err := os.Rename(r.path("a"), r.path("b")); err != nil && !errors.Is(err, os.ErrNotExist) {
		r.Fatal(err)
	}
}

var mailboxLine = regexp.MustCompile(`(?m)^    (maildir|mbox|pipe): .*$`)

func (r *formerRig) configure(line string) {
	text, err := os.ReadFile(r.path("config.yaml"))
	r.must(err)
	line = "    " + strings.ReplaceAll(line, "DIR", r.home)
	r.write("config.yaml", mailboxLine.ReplaceAllLiteralString(string(text), line))
}

// halt runs a sync that dies before an operation on the file system, and
// reports whether it came to that one.
func (r *formerRig) halt(at int, power bool) bool {
	r.Helper()
	hook, err := powerloss.Halt(r.log, at)
	r.must(err)
	var halted atomic.Bool
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		err := hook(op, do)
		if errors.Is(err, powerloss.ErrHalted) {
			halted.Store(true)
		}
		return err
	}
	code, stdout, stderr := r.sync()
	durable.TestOnlyHook = unsynced
	r.heed(stderr)
	if code != exitOK && !halted.Load() {
		r.Fatalf("%d\n%s%s", code, stdout, stderr)
	}
	if power {
		r.must(powerloss.RollBack(r.log, powerloss.PowerLoss))
	}
	return halted.Load()
}

// heed notes whether a run said that a message may come twice.
func (r *formerRig) heed(stderr string) {
	r.twice = r.twice || strings.Contains(stderr, "may be delivered twice")
}

// everywhere are the messages in all mailboxes that there are.
func (r *formerRig) everywhere() (texts []string) {
	r.Helper()
	var messages [][]byte
	for _, name := range []string{"a", "b"} {
		read := storetest.ReadMbox
		switch info, err := os.Stat(r.path(name)); {
		case err != nil:
			continue
		case info.IsDir():
			read = storetest.ReadMaildir
		}
		more, err := read(r.path(name))
		r.must(err)
		messages = append(messages, more...)
	}
	piped, err := filepath.Glob(r.path("out/*"))
	r.must(err)
	for _, name := range piped {
		text, err := os.ReadFile(name)
		r.must(err)
		messages = append(messages, text)
	}
	for _, m := range messages {
		texts = append(texts, string(m))
	}
	slices.Sort(texts)
	return texts
}

// survive is all that comes after the run that died.
func (r *formerRig) survive(want []string, how string, second int, power bool) {
	r.Helper()
	if r.change != nil {
		r.change(r)
	}
	r.configure(r.then)
	if second > 0 {
		r.halt(second, power)
	}
	for range 2 {
		code, stdout, stderr := r.sync()
		if code != exitOK {
			r.Errorf("%s: exit code %d\n%s%s", how, code, stdout, stderr)
		}
		r.heed(stderr)
	}
	got := r.everywhere()
	if strings.Contains(r.before+r.then, "pipe") && r.twice {
		got = slices.Compact(got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("%s: - want, + got:\n%s", how, diff)
	}
	if left := r.drop.UIDs(); len(left) > 0 {
		r.Errorf("%s: on the server is %q", how, left)
	}
	if names, _ := filepath.Glob(r.path("state/*spool*")); len(names) > 0 {
		r.Errorf("%s: left behind: %q", how, names)
	}
}

// unsynced is a hook for runs that nothing befalls: nobody asks what they synced.
func unsynced(op durable.Op, do func() error) error {
	switch op.Kind {
	case durable.SyncFile, durable.SyncDir, durable.SyncFS:
		return nil
	default:
		return do()
	}
}

// TestDestinationChanges kills a sync before an operation on the file system,
// changes the configuration, and kills the next run as well, at times. A run
// that ends then has each message in the old or the new mailbox, once.
func TestDestinationChanges(t *testing.T) {
	defer func() { durable.TestOnlyHook = nil }()
	for i, c := range destinationChanges {
		t.Run(c.name, func(t *testing.T) {
			step := 2 // the rows begin at one operation or the other
			if testing.Short() {
				step = 7
			}
			for at, died := 1+i%step, true; died; at += step {
				for round := range 3 {
					power := round > 0
					second := 0
					if round == 2 {
						second = 1 + (5*at+i)%23
					}
					r := newFormerRig(t, c)
					want := r.texts(mishap{})
					died = r.halt(at, power)
					r.survive(want, fmt.Sprintf("killed before operation %d and %d, power lost: %v", at, second, power), second, power)
					r.server.Close()
				}
			}
		})
	}
}

// stageAll runs a sync that dies when all messages are staged and none is
// published.
func (r *formerRig) stageAll() {
	r.Helper()
	for at := 1; ; at++ {
		if !r.halt(at, false) {
			r.Fatal("no run died with all messages staged")
		}
		l, err := (&program{UI: &term.UI{}, statePath: r.path("state")}).readLedger(account{Name: "work"})
		if err != nil {
			continue // there is none yet
		}
		if _, staged := l.Pending(); len(staged) == len(r.drop.UIDs()) {
			return
		}
	}
}

// TestFormerMailboxAway has a former mailbox that can't be looked into, and is
// there again or gone for good then.
func TestFormerMailboxAway(t *testing.T) {
	defer func() { durable.TestOnlyHook = nil }()
	for _, c := range destinationChanges[:4] {
		for _, gone := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, gone %v", c.name, gone), func(t *testing.T) {
				r := newFormerRig(t, c)
				want := r.texts(mishap{})
				r.stageAll()
				r.must(os.Rename(r.path("a"), r.path("kept")))
				r.must(os.Symlink("a", r.path("a"))) // a loop keeps out even root
				r.configure(c.then)
				for range 2 {
					code, stdout, stderr := r.sync()
					if code == exitOK || !strings.Contains(stderr, "an earlier run was stopped while it delivered to ") ||
						!strings.Contains(stderr, "hint: let popfetch write there for one run") {
						t.Errorf("%d\n%s%s", code, stdout, stderr)
					}
				}
				if gone && c.before == "maildir: DIR/a" {
					r.forget() // is a way out while the loop is still there
				} else {
					r.must(os.Remove(r.path("a")))
				}
				if !gone {
					r.must(os.Rename(r.path("kept"), r.path("a")))
				}
				code, stdout, stderr := r.sync()
				if says := "will be fetched again"; code != exitOK || gone && (c.name == "mbox to maildir") != strings.Contains(stderr, says) {
					t.Errorf("%d\n%s%s", code, stdout, stderr)
				}
				if says := "4 messages went to the former mailbox"; !gone && !strings.Contains(stderr, says) {
					t.Errorf("it doesn't say %q:\n%s", says, stderr)
				}
				r.survive(want, "afterwards", 0, false)
			})
		}
	}
}

// forget lets the ledger forget all messages, by the command that the hint names.
func (r *formerRig) forget() {
	r.Helper()
	var out, err bytes.Buffer
	args := append([]string{"popfetch", "-c", r.path("config.yaml"), "--state-dir", r.path("state"), "mark", "--unseen", "work"}, r.drop.UIDs()...)
	if code := run(r.Context(), &term.UI{Out: &out, Err: &err}, args); code != exitOK {
		r.Errorf("%d\n%s%s", code, &out, &err)
	}
	r.Cleanup(func() { os.Remove(r.path("a")) })
}
