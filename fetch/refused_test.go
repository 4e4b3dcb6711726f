package fetch

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

var errRefusing = errors.New("no such user")

// TestRefusesOne has the mailbox refuse one message, twice: the others are kept.
func TestRefusesOne(t *testing.T) {
	l := knowing(t)
	for count := 1; count <= 2; count++ {
		m := &fakeMailbox{fail: "publish 2", fault: &store.Refused{Err: errRefusing}, promise: store.AtLeastOnce}
		kept, refused, err := commitThree(l, m)
		if err != nil || kept != (tally{2, 8}) {
			t.Errorf("%+v kept, %v", kept, err)
		}
		if len(refused) != 1 || refused[0].UID != "m2" || !errors.Is(refused[0].Err, errRefusing) {
			t.Errorf("refused are %+v", refused)
		}
		key := ledger.MakeKey("m2", 1)
		entry, _ := l.Lookup(key)
		want := ledger.Failure{Count: count, Text: "no such user"}
		if diff := cmp.Diff(want, l.Failure(key)); diff != "" || !entry.IsFailed() {
			t.Error(diff)
		}
	}
}

// TestRefusesAll has the mailbox refuse whatever there is: nothing is said of
// the message that happened to be the first.
func TestRefusesAll(t *testing.T) {
	l := knowing(t)
	m := &fakeMailbox{fail: "publish 2", fault: &store.Refused{Err: errFake}, promise: store.AtLeastOnce}
	kept, refused, err := commitThree(l, m)
	if !errors.Is(err, errFake) || kept != (tally{1, 4}) || len(refused) != 0 {
		t.Errorf("%+v kept, %+v refused, %v", kept, refused, err)
	}
	if got := states(l); got != "kept, 0 pending" {
		t.Errorf("the ledger has %q", got)
	}
}

// TestKeptAtOnce counts what the ledger writes, where a message in doubt would
// be delivered again.
func TestKeptAtOnce(t *testing.T) {
	for promise, want := range map[store.Promise]int{store.ExactlyOnce: 4, store.AtLeastOnce: 6} {
		l, n := knowing(t), 0
		undo := onDisk(t, func(op durable.Op, do func() error) error {
			if op.Kind == durable.Write {
				n++
			}
			return unsynced(op, do)
		})
		_, err := commitAll(l, &fakeMailbox{promise: promise})
		undo()
		if err != nil || n != want {
			t.Errorf("promise %v: %d writes, want %d (%v)", promise, n, want, err)
		}
	}
}

// TestInDoubt has a run that ends while a message is delivered: the next one
// fetches it again, and tells.
func TestInDoubt(t *testing.T) {
	r := newRig(t, messages(5)...)
	m := &fakeMailbox{fail: "publish 3", promise: store.AtLeastOnce}
	r.wrap = func(store.Mailbox) store.Mailbox { return m }
	report, err := r.run()
	if !errors.Is(err, errFake) || report.New != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	m.fail, m.batches = "", 0
	report, err = r.run()
	if err != nil || report.New != 3 {
		t.Errorf("%+v, %v", report, err)
	}
	if diff := cmp.Diff([]string{"m0003"}, report.Again); diff != "" {
		t.Error(diff)
	}
	report, err = r.run()
	if err != nil || report.New != 0 || len(report.Again) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestRefusedInRun deletes on the server what was taken, and nothing else.
func TestRefusedInRun(t *testing.T) {
	for _, when := range []When{Never, AtOnce} {
		t.Run(fmt.Sprint(when), func(t *testing.T) {
			r := newRig(t, messages(3)...)
			r.rules.Delete.When = when
			m := &fakeMailbox{fail: "publish 2", fault: &store.Refused{Err: errRefusing}, promise: store.AtLeastOnce}
			r.wrap = func(store.Mailbox) store.Mailbox { return m }
			r.fault(fault.When(fault.Number("RETR", 3), fault.Refuse("no")))
			report, err := r.run()
			if err != nil || report.New != 1 || len(report.Failed) != 2 {
				t.Errorf("%+v, %v", report, err)
			}
			want := []string{"m0001", "m0002", "m0003"}
			if when == AtOnce {
				want = want[1:]
			}
			if diff := cmp.Diff(want, r.drop.UIDs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
