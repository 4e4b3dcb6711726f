package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/storetest"
)

// A wine runs the Windows program on this machine. What it can't show: its file
// systems are those of Linux, so files that are open can be renamed and removed,
// a sync is Linux's, and access rights are Linux's; it has no keyring, no
// console and no services of Windows, and a kill is Linux's, too.
type wine struct {
	*testing.T
	program     string
	environment []string
}

const (
	winePath       = "/usr/lib/wine/wine64" // where Debian has it
	wineServerPath = "/usr/lib/wine/wineserver"
)

// newWine builds the program, and a Windows for it.
func newWine(t *testing.T) *wine {
	t.Helper()
	if os.Getenv("POPFETCH_WINE") == "" {
		t.Skip("POPFETCH_WINE isn't set, as the step wine of .ci/run does")
	}
	dir := t.TempDir()
	w := &wine{T: t, program: filepath.Join(dir, "popfetch.exe")}
	prefix := filepath.Join(dir, "prefix")
	w.environment = append(os.Environ(), "WINEPREFIX="+prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY=")
	if err := os.Mkdir(prefix, 0o700); err != nil {
		t.Fatal(err)
	}
	w.must("..", []string{"CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64"}, "go", "build", "-buildvcs=false", "-o", w.program, ".")
	t.Cleanup(func() {
		w.must(dir, nil, wineServerPath, "-k")
		w.must(dir, nil, wineServerPath, "-w")
	})
	w.must(dir, nil, wineServerPath, "-p") // or it would start and end with each run
	w.must(dir, nil, winePath, "wineboot", "--init")
	library := filepath.Join(prefix, "drive_c/windows/system32/bcryptprimitives.dll")
	w.must("..", nil, "x86_64-w64-mingw32-gcc", "-Wall", "-shared", "-o", library, "testdata/wine/bcryptprimitives.c", "-ladvapi32")
	return w
}

// must runs a program of Linux that has to succeed. It may leave children that
// hold its output.
func (w *wine) must(dir string, environment []string, name string, args ...string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, append(w.environment, environment...), time.Second
	if out, err := cmd.CombinedOutput(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		w.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}

// command is the Windows program in a folder.
func (w *wine) command(t *testing.T, dir string, args ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, winePath, append([]string{w.program}, args...)...)
	out = &bytes.Buffer{}
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, w.environment, out, out
	return cmd, out
}

// sync is a run of the Windows program for the account of a rig. It must succeed
// and bring so many messages, or any number if that is negative.
func (w *wine) sync(r *faultRig, fresh int) {
	r.Helper()
	cmd, out := w.command(r.T, r.home, r.syncArgs()...)
	err := cmd.Run()
	for range 2 {
		// Right after a kill Wine may fail to start the program at all, which itself ends
		// with no such code and never without a word.
		if err != nil && cmd.ProcessState.ExitCode() == 1 && out.Len() == 0 {
			cmd, out = w.command(r.T, r.home, r.syncArgs()...)
			err = cmd.Run()
		}
	}
	if err != nil {
		r.Fatalf("%v\n%s", err, out)
	}
	if n := newIn(out.String()); fresh >= 0 && n != fresh {
		r.Errorf("%d new messages, want %d\n%s", n, fresh, out)
	}
}

// syncArgs are those of a sync in the rig's home.
func (r *faultRig) syncArgs() []string {
	return []string{"-c", "config.yaml", "--state-dir", "state", "-v", "sync"}
}

// TestWine has the Windows program do what a newcomer does, sync into each kind
// of mailbox, and repair what a kill left.
func TestWine(t *testing.T) {
	w := newWine(t)
	t.Run("demo", w.testDemo)
	for _, mbox := range []bool{false, true} {
		for _, deletes := range []bool{false, true} {
			name := map[bool]string{true: "mbox", false: "maildir"}[mbox] + map[bool]string{true: " delete", false: ""}[deletes]
			t.Run(name, func(t *testing.T) { w.testSync(t, mbox, deletes) })
			t.Run(name+" killed", func(t *testing.T) { w.testKills(t, mbox, deletes) })
		}
	}
}

func (w *wine) testDemo(t *testing.T) {
	dir := t.TempDir()
	cmd, out := w.command(t, dir, "demo", "demo")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	stored, err := storetest.ReadMaildir(filepath.Join(dir, "demo", "Maildir"))
	text := out.String()
	if err != nil || len(stored) != 12 || !strings.Contains(text, "demo: 12 new") || !strings.Contains(text, "demo: 0 new") {
		t.Errorf("%d messages, %v\n%s", len(stored), err, out)
	}
}

// newWineRig has its files where Wine finds them, which isn't in /dev, and their
// names without a root, which is another one for Windows.
func newWineRig(t *testing.T, mbox, deletes bool) *faultRig {
	r := newFaultRigIn(t, t.TempDir(), mbox, deletes, mishap{mail: wineMails()})
	config, err := os.ReadFile(r.path("config.yaml"))
	r.must(err)
	r.write("config.yaml", strings.ReplaceAll(string(config), r.home+"/", ""))
	return r
}

// wineMails are enough for a run to be killed among them.
func wineMails() (mail []pop3d.Message) {
	for n := range 40 {
		text := fmt.Sprintf("Message-ID: <%d@example.org>\r\nSubject: %d\r\n\r\n%s", n, n, strings.Repeat("From here on\r\n.\r\n", 20*n))
		mail = append(mail, pop3d.Message{UID: fmt.Sprint("uid-", n), Body: []byte(text)})
	}
	return mail
}

func (w *wine) testSync(t *testing.T, mbox, deletes bool) {
	r := newWineRig(t, mbox, deletes)
	want := r.texts(mishap{})
	w.sync(r, len(want))
	w.sync(r, 0)
	r.once(want, deletes)
}

// testKills kills the program at a command, or some time after the answer to it,
// and has the next run mend what that left.
func (w *wine) testKills(t *testing.T, mbox, deletes bool) {
	died := 0
	for _, at := range []struct {
		verb  string
		nth   int64
		after time.Duration
	}{
		{"RETR", 1, 0},
		{"RETR", 40, 0},
		{"RETR", 40, 3 * time.Millisecond},
		{"RETR", 40, 6 * time.Millisecond},
		{"RETR", 40, 12 * time.Millisecond},
		{"RETR", 40, 25 * time.Millisecond},
		{"DELE", 40, 0},
		{"QUIT", 1, 0},
	} {
		if at.verb == "DELE" && !deletes {
			continue
		}
		r := newWineRig(t, mbox, deletes)
		want := r.texts(mishap{})
		cmd, out := w.command(t, r.home, r.syncArgs()...)
		var met atomic.Int64
		r.server.SetIntercept(func(c *pop3d.Conn, said pop3d.Command) bool {
			if said.Verb != at.verb || met.Add(1) != at.nth {
				return false
			}
			if at.after > 0 {
				c.CarryOut(said)
				c.Flush()
				time.Sleep(at.after)
			}
			cmd.Process.Kill()
			c.Cut() // Wine may keep the connections of the dead
			return true
		})
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() >= 0 {
			t.Errorf("%+v: %v\n%s", at, err, out)
		} else if err != nil {
			died++
		}
		r.server.SetIntercept(nil)
		r.safe(want, mishap{})
		w.sync(r, -1)
		w.sync(r, 0)
		r.once(want, deletes)
	}
	if died < 3 {
		t.Errorf("only %d runs died", died)
	}
	t.Logf("%d runs died", died)
}

// once sees that each message is in the mailbox once, and as it was sent.
func (r *faultRig) once(want []string, deletes bool) {
	r.Helper()
	got, err := r.stored()
	r.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("the mailbox, - want, + got:\n%s", diff)
	}
	if left := len(r.drop.UIDs()); deletes != (left == 0) {
		r.Errorf("%d messages are left on the server", left)
	}
}
