package fetch

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// A fakeMailbox writes down what is asked of it, and fails where it is told to.
type fakeMailbox struct {
	mu      sync.Mutex
	log     []string
	fail    string        // the entry of the log to fail at
	fault   error         // how, errFake if it is nil
	hold    chan struct{} // if it isn't nil, Stage waits until it is closed
	batches int
	promise store.Promise
}

// errFake is the fault of a fakeMailbox that was told nothing else.
var errFake = &store.Error{Op: "fake", Err: syscall.ENOSPC}

func (m *fakeMailbox) note(format string, args ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	entry := fmt.Sprintf(format, args...)
	m.log = append(m.log, entry)
	switch {
	case entry != m.fail:
		return nil
	case m.fault != nil:
		return m.fault
	default:
		return errFake
	}
}

func (m *fakeMailbox) Begin() (store.Batch, error) {
	m.batches++
	return &fakeBatch{m: m, n: m.batches}, m.note("begin %d", m.batches)
}

func (m *fakeMailbox) Repair(staged []store.Staged) ([]bool, error) {
	return make([]bool, len(staged)), m.note("repair %d", len(staged))
}

func (m *fakeMailbox) Promise() store.Promise { return m.promise }

func (m *fakeMailbox) Close() error { return nil }

type fakeBatch struct {
	m        *fakeMailbox
	n        int
	messages int
}

func (b *fakeBatch) Append(r io.Reader) (int64, error) {
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		return 0, err
	}
	b.messages++
	return n, b.m.note("append %d", b.n)
}

func (b *fakeBatch) Stage() ([]string, error) {
	if b.m.hold != nil {
		<-b.m.hold
	}
	return make([]string, b.messages), b.m.note("stage %d", b.n)
}

func (b *fakeBatch) Publish() error { return b.m.note("publish %d", b.n) }

func (b *fakeBatch) Discard() error { return b.m.note("discard %d", b.n) }

// commitAll gives a committer three batches of one message each.
func commitAll(l *ledger.Ledger, m *fakeMailbox) (tally, error) {
	kept, _, err := commitThree(l, m)
	return kept, err
}

func commitThree(l *ledger.Ledger, m *fakeMailbox) (tally, []Failure, error) {
	c := startCommitter(l, m.promise)
	for i := range 3 {
		b, _ := m.Begin()
		b.Append(strings.NewReader("text"))
		records := []ledger.Record{{Key: ledger.MakeKey(fmt.Sprint("m", i+1), 1), StoredSize: 4}}
		c.batches <- &batch{Batch: b, records: records}
	}
	kept, err := c.finishBatches()
	return kept, c.refused, err
}

// states tells of each message of commitAll what the ledger says of it.
func states(l *ledger.Ledger) string {
	var words []string
	_, pending := l.Pending()
	for i := range 3 {
		if e, ok := l.Lookup(ledger.MakeKey(fmt.Sprint("m", i+1), 1)); ok {
			words = append(words, map[bool]string{true: "kept", false: "staged"}[e.IsKept()])
		}
	}
	return fmt.Sprintf("%s, %d pending", strings.Join(words, " "), len(pending))
}

// TestCommitter has the mailbox fail at each step.
func TestCommitter(t *testing.T) {
	for _, tc := range []struct {
		fail string
		kept int
		want string // of the ledger
		log  string // from the fault on
	}{
		{"", 3, "kept kept kept, 0 pending", ""},
		{"stage 1", 0, ", 0 pending", "discard 1, discard 2, discard 3"},
		{"publish 1", 0, "staged, 1 pending", "discard 2, discard 3"},
		{"stage 2", 1, "kept, 0 pending", "discard 2, discard 3"},
		{"publish 2", 1, "kept staged, 1 pending", "discard 3"},
		{"stage 3", 2, "kept kept, 0 pending", "discard 3"},
		{"publish 3", 2, "kept kept staged, 1 pending", ""},
	} {
		t.Run(tc.fail, func(t *testing.T) {
			l, m := knowing(t), &fakeMailbox{fail: tc.fail}
			kept, err := commitAll(l, m)
			if (err != nil) != (tc.fail != "") || err != nil && !errors.Is(err, errFake) {
				t.Errorf("error %v", err)
			}
			if want := (tally{tc.kept, int64(4 * tc.kept)}); kept != want {
				t.Errorf("%+v kept, want %+v", kept, want)
			}
			if got := states(l); got != tc.want {
				t.Errorf("the ledger has %q, want %q", got, tc.want)
			}
			if got := m.since(tc.fail); got != tc.log {
				t.Errorf("after the fault: %s; want %s", got, tc.log)
			}
		})
	}
}

// since returns what the committer asked for behind the fault.
func (m *fakeMailbox) since(step string) string {
	var after []string
	found := false
	for _, entry := range m.log {
		mine := !strings.HasPrefix(entry, "begin") && !strings.HasPrefix(entry, "append")
		if found && mine {
			after = append(after, entry)
		}
		found = found || entry == step && step != ""
	}
	return strings.Join(after, ", ")
}

// TestCommitterLedgerFails has the ledger fail at each of its writes. A batch
// of which it isn't sure whether the ledger knows it is neither published nor
// taken back.
func TestCommitterLedgerFails(t *testing.T) {
	for at := 1; at <= 4; at++ {
		t.Run(fmt.Sprint("write ", at), func(t *testing.T) {
			l, m := knowing(t), &fakeMailbox{}
			n := 0
			undo := onDisk(t, func(op durable.Op, do func() error) error {
				if op.Kind == durable.Write {
					if n++; n == at {
						return syscall.ENOSPC
					}
				}
				return unsynced(op, do)
			})
			kept, err := commitAll(l, m)
			undo()
			if !errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("error %v", err)
			}
			log := strings.Join(m.log, " ")
			if at <= 3 && (strings.Contains(log, fmt.Sprint("publish ", at)) || strings.Contains(log, fmt.Sprint("discard ", at))) {
				t.Errorf("batch %d was published or taken back: %s", at, log)
			}
			if published := min(at-1, 3); kept.messages > published {
				t.Errorf("%d kept of %d published", kept.messages, published)
			}
			if _, pending := l.Pending(); at == 4 && (kept.messages != 2 || len(pending) != 1) {
				t.Errorf("%d kept, %d pending", kept.messages, len(pending))
			}
		})
	}
}

// TestCommitterFailsWhilePumpWaits has the disk stand still until the pump
// waits for it, and then fail: the run ends, and with the fault of the disk.
func TestCommitterFailsWhilePumpWaits(t *testing.T) {
	r := newRig(t, messages(6*maxBatchMessages)...)
	m := &fakeMailbox{hold: make(chan struct{}), fail: "stage 1"}
	r.wrap = func(store.Mailbox) store.Mailbox { return m }
	r.fault(fault.When(fault.UID("RETR", "m0600"), func(*pop3d.Conn, pop3d.Command) bool {
		close(m.hold) // by now the pump must wait: two batches and one more
		return false
	}))
	report, err := r.run()
	if !errors.Is(err, errFake) || report.New != 0 || len(report.Failed) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if staged := strings.Count(strings.Join(m.log, " "), "stage "); staged != 1 {
		t.Errorf("%d batches were staged", staged)
	}
	if open := m.batches - strings.Count(strings.Join(m.log, " "), "discard "); open != 0 {
		t.Errorf("%d of %d batches were not taken back", open, m.batches)
	}
}

// TestStopsInLargeMessage doesn't read a message to its end when the batch
// before it can't be kept.
func TestStopsInLargeMessage(t *testing.T) {
	const size = 256 << 20
	r := newRig(t, messages(maxBatchMessages)...)
	r.drop.Add(fault.Large("large", size))
	r.wrap = func(store.Mailbox) store.Mailbox { return &fakeMailbox{fail: "stage 1"} }
	job := r.job()
	job.Progress = &Progress{}
	report, err := r.runJob(t.Context(), job)
	if !errors.Is(err, errFake) || len(report.Failed) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if n := job.Progress.Bytes.Load(); n > size/2 {
		t.Errorf("it has read %d bytes", n)
	}
}

// TestMailboxFails has the mailbox fail where the pump meets it. What was
// complete before is kept where it can be.
func TestMailboxFails(t *testing.T) {
	for step, log := range map[string]string{
		"repair 0": "repair 0",
		"begin 1":  "repair 0, begin 1",
		"append 1": "repair 0, begin 1, append 1, discard 1",
		"begin 2":  "",
		"append 2": "",
	} {
		t.Run(step, func(t *testing.T) {
			r := newRig(t, messages(maxBatchMessages+2)...)
			m := &fakeMailbox{fail: step}
			r.wrap = func(store.Mailbox) store.Mailbox { return m }
			report, err := r.run()
			if !errors.Is(err, errFake) || len(report.Failed) != 0 {
				t.Errorf("%+v, %v", report, err)
			}
			if log != "" {
				if diff := cmp.Diff(log, strings.Join(m.log, ", ")); diff != "" {
					t.Error(diff)
				}
			} else if report.New != maxBatchMessages {
				t.Errorf("%d messages are kept, want the first batch", report.New)
			}
		})
	}
}

// TestNoEmptyBatch takes back a batch to which no message came.
func TestNoEmptyBatch(t *testing.T) {
	r := newRig(t, messages(1)...)
	m := &fakeMailbox{}
	r.wrap = func(store.Mailbox) store.Mailbox { return m }
	r.fault(fault.When(fault.Verb("RETR"), fault.CutBody(10)))
	if _, err := r.run(); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff("repair 0, begin 1, discard 1", strings.Join(m.log, ", ")); diff != "" {
		t.Error(diff)
	}
}

// TestBatchIsFull closes a batch by number, bytes and age.
func TestBatchIsFull(t *testing.T) {
	fresh := func() *batch { return &batch{begun: time.Now()} }
	small := fresh()
	for range maxBatchMessages - 1 {
		small.addRecord(ledger.Record{StoredSize: 1})
	}
	large := fresh()
	large.addRecord(ledger.Record{StoredSize: maxBatchBytes - 1})
	if small.isFull() || large.isFull() || fresh().isFull() {
		t.Error("full before its time")
	}
	small.addRecord(ledger.Record{})
	large.addRecord(ledger.Record{StoredSize: 1})
	old := &batch{begun: time.Now().Add(-maxBatchAge)}
	if !small.isFull() || !large.isFull() || !old.isFull() {
		t.Error("not full")
	}
}
