//go:build unix

package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/storetest"
	"popfetch/store/storetest/powerloss"
)

// crashes are all ways in which the account is set up.
var crashes = func() (all []crash) {
	for i := range 8 {
		all = append(all, crash{mbox: i&1 != 0, delete: i&2 != 0, many: i&4 != 0})
	}
	return all
}()

// A world is what survives a crash of that which was written.
type world struct {
	name string
	roll func(log string, at int) error // nil where all survives
}

var worlds = []world{
	{"all survives", nil},
	{"nothing unsynced survives", func(log string, _ int) error { return powerloss.RollBack(log, powerloss.PowerLoss) }},
	{"some survives", func(log string, at int) error { return powerloss.RollBack(log, powerloss.World(at)) }},
	{"some else survives", func(log string, at int) error { return powerloss.RollBack(log, powerloss.World(1000+at)) }},
}

// TestCrash kills a sync before every single operation on the file system and
// after the last, in every world. Right after the crash nothing half-written
// is to be seen, and nothing is gone from the server that isn't there. A
// healthy run then finds every message exactly once, and the one after it has
// nothing to do. With the race detector it is every third operation, and another
// one for each way in which the account is set up.
func TestCrash(t *testing.T) {
	kills := 0
	for i, c := range crashes {
		t.Run(c.String(), func(t *testing.T) {
			r := newCrashRig(t, c)
			step := choose(testing.Short(), 29, choose(raced, 3, 1))
			for at, died := 1+i%step, true; died; at += step {
				r.renew()
				died = r.die(at)
				kills++
				for _, w := range worlds {
					r.survive(fmt.Sprintf("killed before operation %d, %s", at, w.name), w, at)
				}
			}
		})
	}
	t.Logf("%d kills, %d worlds each", kills, len(worlds))
	if kills < choose(raced, 70, 200) && !testing.Short() {
		t.Errorf("only %d kills", kills)
	}
}

// TestCrashInRepair kills the sync and then, at some operation, the run that
// repairs what it left.
func TestCrashInRepair(t *testing.T) {
	for _, c := range crashes[:4] {
		t.Run(c.String(), func(t *testing.T) {
			r := newCrashRig(t, c)
			random := rand.New(rand.NewPCG(1, 2))
			for at, died := 1, true; died; at += choose(testing.Short(), 37, choose(raced, 4, 2)) {
				r.renew()
				died = r.die(at)
				second := 1 + random.IntN(40)
				r.die(second)
				for _, w := range worlds {
					r.survive(fmt.Sprintf("killed before operations %d and then %d, %s", at, second, w.name), w, at)
				}
			}
		})
	}
}

// TestCrashAtRandom kills syncs at instants that are tied to no operation:
// after some time, or when some byte comes over the wire; up to three times
// one after the other.
func TestCrashAtRandom(t *testing.T) {
	rounds := choose(testing.Short(), 5, choose(raced, 12, 25))
	for i, c := range crashes[4:] {
		t.Run(c.String(), func(t *testing.T) {
			r := newCrashRig(t, c)
			random := rand.New(rand.NewPCG(uint64(i), 3))
			for round := range rounds {
				r.renew()
				var how strings.Builder
				for range 1 + random.IntN(3) {
					if round%3 == 0 {
						after := time.Duration(random.Int64N(int64(25 * time.Millisecond)))
						fmt.Fprintf(&how, "killed after %v ", after)
						r.dieAfter(after)
					} else {
						bytes := random.Int64N(6000)
						fmt.Fprintf(&how, "killed at byte %d ", bytes)
						r.dieAtByte(bytes)
					}
				}
				r.survive(how.String(), worlds[0], 0)
			}
		})
	}
}

// A crashRig is a server and a folder for the children.
type crashRig struct {
	*testing.T
	crash
	server *pop3d.Server
	drop   *pop3d.Maildrop
	folder string

	originals []original
}

func newCrashRig(t *testing.T, c crash) *crashRig {
	noLeaks(t)
	batch := maxBatchMessages
	t.Cleanup(func() { maxBatchMessages = batch })
	r := &crashRig{T: t, crash: c, originals: c.corpus(), drop: &pop3d.Maildrop{}}
	r.folder = filepath.Join(storetest.MemoryDir(t), "crash")
	r.server = &pop3d.Server{Users: map[string]pop3d.User{rigUser: {Password: rigPassword, Maildrop: r.drop}}}
	if err := r.server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.server.Close() })
	return r
}

func (r *crashRig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// renew begins anew, with the corpus on the server and nothing on disk.
func (r *crashRig) renew() {
	r.drop.Remove(r.drop.UIDs()...)
	for _, o := range r.originals {
		r.drop.Add(o.Message)
	}
	r.must(os.RemoveAll(r.folder))
	r.must(os.MkdirAll(filepath.Join(r.folder, "root"), 0o700))
}

// die runs a child that is killed before an operation, and reports whether it
// was, or came to its end.
func (r *crashRig) die(at int) bool {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), childTime)
	defer cancel()
	cmd := r.command(ctx, r.folder, r.server.Addr(), envDieAt+"="+strconv.Itoa(at))
	out, err := cmd.CombinedOutput()
	r.settle()
	return wasKilled(r.T, out, err)
}

// settle waits until the server has noticed that its client is dead, and has
// done all that it was still told.
func (r *crashRig) settle() {
	r.Helper()
	lastSession(r.T, r.server)
}

// dieAfter kills a child after some time.
func (r *crashRig) dieAfter(d time.Duration) {
	r.Helper()
	r.dieWhen(func(kill func()) { time.AfterFunc(d, kill) })
}

// dieAtByte kills a child when so many bytes have left the server.
func (r *crashRig) dieAtByte(n int64) {
	r.Helper()
	r.dieWhen(func(kill func()) {
		var sent atomic.Int64
		r.server.SetIntercept(func(c *pop3d.Conn, _ pop3d.Command) bool {
			c.Filter(func(w io.Writer) io.Writer {
				return writerFunc(func(p []byte) (int, error) {
					before := sent.Add(int64(len(p))) - int64(len(p))
					if before > n || before+int64(len(p)) <= n {
						return w.Write(p)
					}
					w.Write(p[:n-before])
					c.Flush()
					kill()
					return w.Write(p[n-before:])
				})
			})
			return false
		})
	})
	r.server.SetIntercept(nil)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// dieWhen runs a child that arm kills, unless it comes to its end before.
func (r *crashRig) dieWhen(arm func(kill func())) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), childTime)
	defer cancel()
	var out bytes.Buffer
	cmd := r.command(ctx, r.folder, r.server.Addr())
	cmd.Stdout, cmd.Stderr = &out, &out
	started := make(chan struct{})
	arm(func() {
		<-started
		cmd.Process.Kill()
	})
	r.must(cmd.Start())
	close(started)
	err := cmd.Wait()
	r.settle()
	wasKilled(r.T, out.Bytes(), err)
}

// survive runs again after a crash, in a world, on a copy of what it left.
func (r *crashRig) survive(how string, w world, at int) {
	r.Helper()
	server, dead := r.drop.Messages(), r.folder+".dead"
	r.must(os.Rename(r.folder, dead))
	r.must(os.CopyFS(r.folder, os.DirFS(dead)))
	if err := w.after(r, at); err != nil {
		r.Fatalf("%s: %v", how, err)
	}
	if err := r.recover(w.roll != nil); err != nil {
		r.Errorf("%s: %v", how, err)
	}
	r.must(os.RemoveAll(r.folder))
	r.must(os.Rename(dead, r.folder))
	r.drop.Remove(r.drop.UIDs()...)
	r.drop.Add(server...)
}

// after lets the world come true. If power was lost, the machine was off for
// long, so that a dotlock is seen to be of the time before.
func (w world) after(r *crashRig, at int) error {
	if w.roll == nil {
		return nil
	}
	if err := w.roll(filepath.Join(r.folder, "log"), at); err != nil {
		return err
	}
	dotlock := filepath.Join(r.folder, "root", "mail", "mbox.lock")
	err := os.Chtimes(dotlock, time.Time{}, time.Now().AddDate(-10, 0, 0))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// recover checks what is there, lets two healthy runs follow, and checks what
// they made of it. The end of an mbox may be torn.
func (r *crashRig) recover(torn bool) error {
	root := filepath.Join(r.folder, "root")
	if err := r.checkNow(root, torn); err != nil {
		return fmt.Errorf("right after it: %w", err)
	}
	for _, run := range []string{"next", "third"} {
		report, err := r.run(root, r.server.Addr())
		if err == nil && run == "third" && report.New+report.Deleted > 0 {
			err = fmt.Errorf("it still finds %d and deletes %d", report.New, report.Deleted)
		}
		if err == nil {
			err = r.check(root)
		}
		if left := r.drop.Len(); err == nil && (left == 0) != r.delete {
			err = fmt.Errorf("%d messages are on the server", left)
		}
		if err != nil {
			return fmt.Errorf("the %s run: %w", run, err)
		}
	}
	return nil
}
