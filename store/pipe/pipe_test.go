//go:build unix

package pipe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/pipe"
	"popfetch/store/storetest"
)

// A desk is a folder with a state folder in it, where commands put messages.
type desk struct {
	t     *testing.T
	root  string
	state *durable.Dir
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	root := t.TempDir()
	state, _, err := durable.MakeDir(filepath.Join(root, "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	return &desk{t, root, state}
}

const id = "0123456789abcdef"

// open opens a mailbox for a command, in which $D is the folder.
func (d *desk) open(ctx context.Context, text string, options pipe.Options) store.Mailbox {
	d.t.Helper()
	options.Variables = append(options.Variables, "D="+d.root)
	box := pipe.Open(ctx, text, d.state, "work.spool", id, &options)
	d.t.Cleanup(func() { box.Close() })
	return box
}

// deliver does with one message what package fetch does.
func (d *desk) deliver(box store.Mailbox, text string) error {
	d.t.Helper()
	b, err := box.Begin()
	if err != nil {
		return err
	}
	size, err := b.Append(strings.NewReader(text))
	if err != nil {
		return err
	}
	if want := len(lf(text)); size != int64(want) {
		d.t.Errorf("Append(%.40q) returned the size %d, not %d", text, size, want)
	}
	places, err := b.Stage()
	if err != nil {
		return errors.Join(err, b.Discard())
	}
	if len(places) != 1 {
		d.t.Errorf("the places are %q", places)
	}
	return b.Publish()
}

// read returns what a command wrote to a file, and demands that no spool is
// left.
func (d *desk) read(name string) string {
	d.t.Helper()
	d.clean()
	text, err := os.ReadFile(filepath.Join(d.root, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	return string(text)
}

func (d *desk) clean() {
	d.t.Helper()
	if names, err := d.state.Names("."); err != nil || len(names) > 0 {
		d.t.Errorf("left in the state folder: %q (%v)", names, err)
	}
}

func lf(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// TestBytes has commands get every message as it is, one after the other.
func TestBytes(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `cat >"$D/message"`, pipe.Options{})
	for _, text := range storetest.OddMessages() {
		if err := d.deliver(box, text); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lf(text), d.read("message")); diff != "" {
			t.Errorf("%.40q:\n%.300s", text, diff)
		}
	}
}

// TestVerdicts has commands that end in every way.
func TestVerdicts(t *testing.T) {
	tests := []struct {
		command string
		want    string // of the error
		all     bool   // it is about all messages
		later   bool   // it will pass
	}{
		{"true", "", false, false}, // and reads nothing
		{"cat; echo done >&2", "", false, false},
		{"cat & exit 0", "", false, false},
		{"exit 1", "deliver to pipe exit: exit status 1", false, false},
		{"exit 75", "deliver to pipe exit: exit status 75 (temporary failure)", false, true},
		{
			"false || { printf 'one\\n two\\033[2J\\n\\n' >&2; exit 67; }",
			`deliver to pipe false: exit status 67 (no such user): "two\x1b[2J"`, false, false,
		},
		{"kill -9 $$", "deliver to pipe kill: signal: killed", false, false},
		{"sleep 60 & sleep 60", "deliver to pipe sleep: it came to no end in 300ms, and was killed", false, true},
		{"exec sleep 60", "deliver to pipe sleep: it came to no end in 300ms, and was killed", false, true},
		{"popfetch-no-such-program", "run pipe popfetch-no-such-program: exit status 127: the shell can't run it: ", true, false},
		{"if true; then popfetch-no-such-program; fi", "deliver to pipe if: exit status 127: ", false, true},
		{"/dev/null x", "run pipe /dev/null: exit status 126: the shell can't run it: ", true, false},
	}
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			options := pipe.Options{}
			if strings.Contains(test.command, "sleep") {
				options.Timeout = 300 * time.Millisecond
			}
			err := d.deliver(d.open(t.Context(), test.command, options), "Subject: x\r\n\r\n")
			d.clean()
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			temporary, ok := errors.AsType[interface {
				error
				Temporary() bool
			}](err)
			got := [3]bool{errors.As(err, new(*store.Refused)), errors.As(err, new(*store.Error)), ok && temporary.Temporary()}
			if diff := cmp.Diff([3]bool{true, test.all, test.later}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestHalfAMessage has connections that break.
func TestHalfAMessage(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `cat >>"$D/messages"`, pipe.Options{})
	b, _ := box.Begin()
	if _, err := b.Append(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("half a")))); err != iotest.ErrTimeout {
		t.Errorf("got %v", err)
	}
	d.clean()
	if _, err := b.Append(strings.NewReader("a whole one")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Append(strings.NewReader("one more")); !errors.As(err, new(*store.Error)) {
		t.Errorf("got %v", err)
	}
	if _, err := b.Stage(); err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(); err != nil || d.read("messages") != "a whole one" {
		t.Errorf("got %v, %q", err, d.read("messages"))
	}
}

// TestEmptyBatch has nothing to hand over, or takes it back.
func TestEmptyBatch(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `echo x >>"$D/messages"`, pipe.Options{})
	b, _ := box.Begin()
	places, err := b.Stage()
	if err = errors.Join(err, b.Publish(), b.Discard()); err != nil || len(places) > 0 {
		t.Errorf("got %q, %v", places, err)
	}
	b, _ = box.Begin()
	_, err = b.Append(strings.NewReader("x"))
	_, stageErr := b.Stage()
	if err := errors.Join(err, stageErr, b.Discard()); err != nil || d.read("messages") != "" {
		t.Errorf("got %v, %q", err, d.read("messages"))
	}
}

// TestNoRoom has a disk that is full.
func TestNoRoom(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `cat >>"$D/messages"`, pipe.Options{})
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Kind == durable.Write {
			return syscall.ENOSPC
		}
		return do()
	}
	err := d.deliver(box, "Subject: x\r\n")
	durable.TestOnlyHook = nil
	if !errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC) || d.read("messages") != "" {
		t.Errorf("got %v", err)
	}
}

// TestRepair has a run that died, and one whose mailbox was another.
func TestRepair(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `cat >>"$D/messages"`, pipe.Options{})
	b, _ := box.Begin()
	b.Append(strings.NewReader("x"))
	places, err := b.Stage()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(d.state.Path(strings.Fields(places[0])[1]))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the spool is %v, %v", info, err)
	}
	spool := d.state.Path(strings.Fields(places[0])[1])
	renamed := pipe.Open(t.Context(), "false", d.state, "other.spool", "id-of-another", nil)
	defer renamed.Close()
	if _, err := renamed.Repair(nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(spool); err != nil {
		t.Errorf("the spool of another ledger: %v", err)
	}
	renamed = pipe.Open(t.Context(), "false", d.state, "other.spool", id, nil) // the account has a new name
	defer renamed.Close()
	if _, err := renamed.Repair(nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(spool); err == nil {
		t.Error("a spool of the account's old name is left")
	}
	kept, err := d.open(t.Context(), "false", pipe.Options{}).Repair([]store.Staged{{Place: places[0]}})
	if err != nil || len(kept) != 1 || kept[0] || d.read("messages") != "" {
		t.Errorf("got %v, %v", kept, err)
	}
	_, err = box.Repair([]store.Staged{{Place: "mbox 0+0 0+1 x"}})
	if !errors.As(err, new(*store.Error)) || !errors.As(err, new(*store.PlaceError)) {
		t.Errorf("got %v", err)
	}
}

// TestUnwell has a command that puts off one message after the other.
func TestUnwell(t *testing.T) {
	d := newDesk(t)
	box := d.open(t.Context(), `read x; exit $x`, pipe.Options{})
	var got []string
	for _, status := range []int{75, 75, 75, 75, 0, 75, 75, 1, 75, 75, 75, 75, 75} {
		err := d.deliver(box, fmt.Sprintf("%d\r\n", status))
		got = append(got, fmt.Sprintf("%d %t", status, errors.As(err, new(*store.Error))))
	}
	want := "75 false,75 false,75 false,75 false,0 false,75 false,75 false,1 false," +
		"75 false,75 false,75 false,75 false,75 true"
	if diff := cmp.Diff(want, strings.Join(got, ",")); diff != "" {
		t.Error(diff)
	}
}

var errStop = errors.New("the run has to stop")

// TestStop stops a run while a command is at work: one that comes to its end,
// and one that doesn't.
func TestStop(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, command string
		grace         time.Duration
		want          error
	}{
		{"ends", `echo >"$D/ready"; read go <"$D/go"; cat >"$D/message"`, time.Minute, nil},
		{"hangs", `echo >"$D/ready"; sleep 60`, time.Millisecond, errStop},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			ready, goOn := d.fifo("ready"), d.fifo("go")
			ctx, cancel := context.WithCancelCause(t.Context())
			box := d.open(ctx, test.command, pipe.Options{Grace: test.grace})
			done := make(chan error)
			go func() { done <- d.deliver(box, "x\r\n") }()
			if _, err := ready.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			cancel(errStop)
			if _, err := goOn.WriteString("go\n"); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != test.want {
				t.Errorf("got %v", err)
			}
			if test.want == nil && d.read("message") != "x\n" {
				t.Errorf("delivered is %q", d.read("message"))
			}
			if err := d.deliver(box, "y\r\n"); !errors.Is(err, errStop) {
				t.Errorf("the next got %v", err)
			}
		})
	}
}

// fifo makes a FIFO that is open for both, so that nobody waits to open it.
func (d *desk) fifo(name string) *os.File {
	d.t.Helper()
	path := filepath.Join(d.root, name)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		d.t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { f.Close() })
	return f
}

// TestChildrenEnd has a command whose children would outlive it.
func TestChildrenEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	fifo := filepath.Join(d.root, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.OpenFile(fifo, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	box := d.open(t.Context(), `sleep 60 >"$D/fifo" & sleep 60`, pipe.Options{Timeout: 300 * time.Millisecond})
	if err := d.deliver(box, "x"); err == nil {
		t.Error("it was delivered")
	}
	in.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := in.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("somebody has the FIFO open still: %v", err)
	}
}

func TestName(t *testing.T) {
	for text, want := range map[string]string{
		"maildrop -d me":                  "pipe maildrop",
		" exec  /usr/bin/procmail -p -t ": "pipe /usr/bin/procmail",
		"PASSWORD=secret prog":            "pipe",
		"exec PASSWORD='a secret' prog":   "pipe",
		"cat\n>x":                         "pipe cat",
		"exec":                            "pipe",
	} {
		if got := pipe.Name(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string]bool{
		"cat >x":                     true,
		"if true; then cat; fi":      true,
		"$HOME/prog x":               true,
		"exec maildrop":              true,
		"popfetch-no-such-program x": false,
		"/nowhere/prog":              false,
	} {
		if err := pipe.Check(text); (err == nil) != want || !want && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q got %v", text, err)
		}
	}
}
