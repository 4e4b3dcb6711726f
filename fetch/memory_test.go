package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// heap returns the bytes of all objects on the heap, dead ones that are not
// collected yet among them.
func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// heapGrowth returns by how much the heap was larger than before at most while
// do ran, and how much of it remains.
func heapGrowth(do func()) (most, left int64) {
	runtime.GC()
	before := heap()
	stop, done := make(chan struct{}), make(chan int64)
	go func() {
		most := before
		for {
			most = max(most, heap())
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	most = <-done
	runtime.GC()
	return most - before, heap() - before
}

// TestLargeMessage takes a message that is much larger than the memory it may
// cost.
func TestLargeMessage(t *testing.T) {
	const bound = 20 << 20
	size := int64(256 << 20)
	if testing.Short() {
		size = 32 << 20
	}
	both(t, func(t *testing.T, r *rig) {
		r.root = t.TempDir() // there may be too little room in memory
		r.drop.Add(message("before"), fault.Large("large", size), message("behind"))
		most, _ := heapGrowth(func() { r.sync(3) })
		t.Logf("the heap grew by %d KB at most", most>>10)
		if most > bound {
			t.Errorf("the heap grew by %d bytes", most)
		}
		if !r.mbox {
			r.checkLarge(size)
		}
		r.sync(0)
	})
}

// checkLarge compares the large message in the Maildir with what was sent.
func (r *rig) checkLarge(size int64) {
	r.t.Helper()
	names, _ := filepath.Glob(filepath.Join(mailboxOf(r.root, false), "new", "*"))
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			r.t.Fatal(err)
		}
		if info.Size() < size/2 {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			r.t.Fatal(err)
		}
		defer file.Close()
		large := fault.Large("large", size)
		if !sameLines(file, large.Open()) {
			r.t.Error("the large message is not as it was sent")
		}
		return
	}
	r.t.Error("there is no large message")
}

// sameLines reports whether the texts are the same, but that the lines of the
// second end with CRLF.
func sameLines(got, sent io.Reader) bool {
	a, b := make([]byte, 1<<20), make([]byte, 1<<20)
	var left []byte
	for {
		n, err := sent.Read(b)
		want := bytes.ReplaceAll(append(left, b[:n]...), []byte("\r\n"), []byte("\n"))
		left = nil
		if len(want) > 0 && want[len(want)-1] == '\r' {
			want, left = want[:len(want)-1], []byte{'\r'}
		}
		if m, _ := io.ReadFull(got, a[:len(want)]); !bytes.Equal(a[:m], want) {
			return false
		}
		if err != nil {
			m, _ := got.Read(a)
			return err == io.EOF && m == 0
		}
	}
}

// manyMessages is a maildrop of 100,000 small messages.
func manyMessages() []pop3d.Message {
	body := []byte("Subject: one of many\r\n\r\n")
	list := make([]pop3d.Message, 100_000)
	for i := range list {
		list[i] = pop3d.Message{UID: manyUID(i), Body: body}
	}
	return list
}

// manyUID is a UID as Dovecot makes them, of 16 digits.
func manyUID(i int) string { return fmt.Sprintf("%08x5f0c2a9b", i) }

// knowMany makes the ledger of the rig know the first n of manyMessages, as a
// run leaves them that fetched them.
func (r *rig) knowMany(n int) {
	r.t.Helper()
	a, err := openAccount(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.close()
	var records []ledger.Record
	for i := range n {
		records = append(records, ledger.Record{
			Kind: ledger.Kept, Time: now, Key: ledger.MakeKey(manyUID(i), 1), StoredSize: 5000, WireSize: 5000,
			Digests: ledger.Digests{Content: ledger.ContentDigest{byte(i), byte(i >> 8), byte(i >> 16), 1}},
		})
	}
	if err := a.ledger.Append(records...); err != nil {
		r.t.Fatal(err)
	}
}

// TestManyMessages lists and plans for 100,000 messages, new ones and known
// ones, with a bound on what that costs.
func TestManyMessages(t *testing.T) {
	const bound = 30 << 20
	for name, known := range map[string]int{"known": 100_000, "half": 50_000, "new": 0} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, manyMessages()...)
			r.knowMany(known)
			begin := time.Now()
			var plan *Plan
			var a *account
			most, left := heapGrowth(func() {
				var err error
				if a, err = openAccount(r.root, false); err != nil {
					t.Fatal(err)
				}
				plan = r.plan(a)
			})
			t.Logf("%v, the heap grew by %d KB at most and keeps %d KB", time.Since(begin), most>>10, left>>10)
			if most > bound {
				t.Errorf("the heap grew by %d bytes", most)
			}
			if len(plan.Retrieve) != 100_000-known || plan.OnServer != 100_000 {
				t.Errorf("%d to retrieve of %d", len(plan.Retrieve), plan.OnServer)
			}
			a.close()
		})
	}
}

// TestManyLeft fetches 3 of 100,000 messages. The others cost no more than the index of
// UIDs, and are told one by one to who wants that.
func TestManyLeft(t *testing.T) {
	const bound = 30 << 20
	r := newRig(t, manyMessages()...)
	r.rules.MaxMessages = 3
	var report Report
	most, _ := heapGrowth(func() { report = r.sync(3) })
	t.Logf("the heap grew by %d KB at most", most>>10)
	if most > bound {
		t.Errorf("the heap grew by %d bytes", most)
	}
	place := 3
	for skip := range report.Skipped.All() {
		if skip.UID != manyUID(place) || skip.Reason != tooMany {
			t.Fatalf("message %d: %+v", place+1, skip)
		}
		place++
	}
	if place != 100_000 || report.Skipped.Len() != place-3 {
		t.Errorf("%d messages are left, up to %d", report.Skipped.Len(), place)
	}
}

// plan connects and makes the plan.
func (r *rig) plan(a *account) *Plan {
	r.t.Helper()
	j := r.job()
	j.Ledger = a.ledger
	s, err := j.Connect(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	plan, err := j.MakePlan(r.t.Context(), s)
	if err != nil {
		r.t.Fatal(err)
	}
	return plan
}

// TestManyFetched fetches 20,000 messages, all in one run, and bounds what
// each costs in memory.
func TestManyFetched(t *testing.T) {
	const count, bound = 20_000, 40 << 20
	r := newRig(t, manyMessages()[:count]...)
	r.mbox = true
	r.rules.Delete.When = AtOnce
	most, _ := heapGrowth(func() { r.sync(count) })
	t.Logf("the heap grew by %d KB at most", most>>10)
	if most > bound {
		t.Errorf("the heap grew by %d bytes", most)
	}
	r.onServer()
}

// BenchmarkNewPlan plans for 100,000 messages, all of them known.
func BenchmarkNewPlan(b *testing.B) {
	r := newRig(b)
	r.knowMany(100_000)
	var uids []string
	for i := range 100_000 {
		uids = append(uids, manyUID(i))
	}
	known := r.known()
	b.ReportAllocs()
	for b.Loop() {
		list := match.NewListing(known)
		for i, uid := range uids {
			list.AddUID(i+1, []byte(uid))
		}
		m := match.NewMatcher(list, nil)
		m.SettleKeys()
		d := &Maildrop{known: known, listing: list, matcher: m}
		if p := NewPlan(d, Rules{}, now); len(p.Retrieve)+len(p.Records) > 0 {
			b.Fatal(told(p))
		}
	}
}

// BenchmarkRun fetches 1,000 messages of 5 KB to a Maildir, with all syncs.
func BenchmarkRun(b *testing.B) {
	const count = 1000
	body := []byte("Subject: five\r\n\r\n" + strings.Repeat("seventy bytes and so on, up to five thousand of them, line after line.\r\n", 70))
	list := make([]pop3d.Message, count)
	for i := range list {
		list[i] = pop3d.Message{UID: manyUID(i), Body: body}
	}
	r := newRig(b, list...)
	r.server.Unrecorded = true
	onDisk(b, func(_ durable.Op, do func() error) error { return do() })
	b.SetBytes(int64(count * len(body)))
	for b.Loop() {
		r.root = b.TempDir()
		r.sync(count)
	}
	b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "messages/s")
}

// TestOverfullMaildrop has a server that lists more than is accepted: it is that
// account's error, and costs no more memory than what was read by then.
func TestOverfullMaildrop(t *testing.T) {
	const bound = 160 << 20 // a million messages, and as much that the garbage collector hasn't looked at
	long := strings.Repeat("x", 15_000)
	for name, line := range map[string]string{
		"long UIDs": "%d " + long + "%[1]d\r\n", "one long UID": "%d " + long + "\r\n", "short UIDs": "%d u%[1]d\r\n", "empty UIDs": "%d\r\n",
	} {
		if testing.Short() && name != "long UIDs" && name != "short UIDs" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.fault(fault.When(fault.Verb("UIDL"), func(c *pop3d.Conn, _ pop3d.Command) bool {
				w := bufio.NewWriterSize(c, 1<<16)
				io.WriteString(w, "+OK\r\n")
				for i, err := 1, error(nil); err == nil; i++ {
					_, err = fmt.Fprintf(w, line, i)
				}
				return true
			}))
			var err error
			most, left := heapGrowth(func() { _, err = r.run() })
			t.Logf("the heap grew by %d KB at most and keeps %d KB", most>>10, left>>10)
			if !errors.As(err, new(*pop3.ProtocolError)) || !strings.Contains(err.Error(), "lists more than") {
				t.Errorf("the run ended with %v", err)
			}
			if most > bound {
				t.Errorf("the heap grew by %d bytes", most)
			}
			if info, err := os.Stat(r.ledgerPath()); err != nil || info.Size() > 10_000 {
				t.Errorf("the ledger is %v: %v", info, err)
			}
		})
	}
}
