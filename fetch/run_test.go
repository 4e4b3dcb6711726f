package fetch

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// TestRun fetches all, then nothing, then what is new.
func TestRun(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(3)...)
		report := r.sync(3)
		if want := int64(3 * len(storedText("m0001"))); report.OnServer != 3 || report.Deleted != 0 || report.Bytes != want {
			t.Errorf("%+v, want %d bytes", report, want)
		}
		r.sync(0)
		r.drop.Add(message("new"))
		r.sync(1)
		r.has("m0001", "m0002", "m0003", "new")
		r.onServer("m0001", "m0002", "m0003", "new")
	})
}

// TestRunBatches fetches more than a batch.
func TestRunBatches(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(2*maxBatchMessages + 1)...)
		r.rules.Delete.When = AtOnce
		if report := r.sync(2*maxBatchMessages + 1); report.Deleted != 2*maxBatchMessages+1 {
			t.Errorf("%d deleted", report.Deleted)
		}
		var names []string
		for _, m := range messages(2*maxBatchMessages + 1) {
			names = append(names, m.UID)
		}
		r.has(names...)
		r.onServer()
	})
}

// TestRunCorpus fetches messages that are odd in every way, byte for byte.
func TestRunCorpus(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		want := map[string]int{}
		add := func(text []byte) {
			r.drop.Add(pop3d.Message{Body: text})
			want[stored(text)]++
		}
		for text := range fault.Corpus(7, 100) {
			add(text)
		}
		for _, text := range fault.OddBytes() {
			add(text)
		}
		r.sync(r.drop.Len())
		got := map[string]int{}
		texts, err := readBox(r.root, r.mbox)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			got[text]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("- want, + got:\n%.2000s", diff)
		}
		r.sync(0)
	})
}

// TestRunDeletes deletes what is kept, now or by an earlier run.
func TestRunDeletes(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(3)...)
		r.sync(3)
		r.drop.Add(message("new"))
		r.rules.Delete.When = AtOnce
		if report := r.sync(1); report.Deleted != 4 || report.OnServer != 0 {
			t.Errorf("%+v", report)
		}
		r.onServer()
		r.sync(0)
		r.has("m0001", "m0002", "m0003", "new")
	})
}

// TestRunDeletesLater deletes what was kept long enough ago, and nothing else.
func TestRunDeletesLater(t *testing.T) {
	r := newRig(t, messages(2)...)
	r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
	r.sync(2)
	if report := r.sync(0); report.Deleted != 0 {
		t.Errorf("%d deleted at once", report.Deleted)
	}
	r.rules.Delete.After = 0
	if report := r.sync(0); report.Deleted != 2 {
		t.Errorf("%d deleted after the time", report.Deleted)
	}
	r.onServer()
	r.has("m0001", "m0002")
}

// TestMarkedStays never deletes by a rule what wasn't fetched.
func TestMarkedStays(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.rules = Rules{Start: Start{Skip: true, Last: 1}, Delete: Delete{When: AtOnce}}
	if report := r.sync(1); report.Deleted != 1 || report.OnServer != 2 {
		t.Errorf("%+v", report)
	}
	r.sync(0)
	r.rules.Delete = Delete{When: AfterWhile}
	r.sync(0)
	r.onServer("m0001", "m0002")
	r.has("m0003")
}

// TestQuitLost owes the deletions whose QUIT had no answer, and makes up for
// it in the next run, if the server didn't delete and nobody has forbidden it.
func TestQuitLost(t *testing.T) {
	for _, tc := range []struct {
		name    string
		fault   pop3d.Intercept
		deleted bool // by the server nevertheless
	}{
		{"deleted", fault.Unanswered(), true},
		{"not deleted", fault.Cut(), false},
		{"refused", fault.Refuse("[SYS/TEMP] some messages are not deleted"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.drop.Add(messages(2)...)
				r.rules.Delete.When = AtOnce
				r.fault(fault.When(fault.Verb("QUIT"), tc.fault))
				report, err := r.run()
				if err == nil || report.New != 2 || report.Deleted != 0 || report.OnServer != 2 {
					t.Errorf("%+v, %v", report, err)
				}
				if refused := (*pop3.Error)(nil); tc.name == "refused" && !errors.As(err, &refused) {
					t.Errorf("the refusal is hidden: %v", err)
				}
				r.fault()
				if tc.deleted {
					r.onServer()
					r.sync(0)
				} else {
					r.onServer("m0001", "m0002")
					r.rules.Delete.When = Never
					r.sync(0)
					r.onServer("m0001", "m0002")
					r.rules.Delete.When = Owed
					if report := r.sync(0); report.Deleted != 2 {
						t.Errorf("%d deleted", report.Deleted)
					}
				}
				r.onServer()
				r.has("m0001", "m0002")
			})
		})
	}
}

// TestDeleRefused leaves what the server doesn't want to delete, and owes it.
func TestDeleRefused(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.rules.Delete.When = AtOnce
	r.fault(fault.When(fault.UID("DELE", "m0002"), fault.Refuse("no")))
	if report := r.sync(3); report.Deleted != 2 || report.OnServer != 1 {
		t.Errorf("%+v", report)
	}
	r.onServer("m0002")
	if len(r.notes) != 1 || !r.entry("m0002").IsOwed() {
		t.Errorf("notes %q, entry %+v", r.notes, r.entry("m0002"))
	}
	r.fault()
	r.rules.Delete.When = Owed
	r.sync(0)
	r.onServer()
	r.has("m0001", "m0002", "m0003")
}

// TestDelePartly loses the connection in the middle of the deletions.
func TestDelePartly(t *testing.T) {
	r := newRig(t, messages(5)...)
	r.rules.Delete.When = AtOnce
	r.fault(fault.When(fault.UID("DELE", "m0003"), fault.Cut()))
	if report, err := r.run(); err == nil || report.New != 5 || report.Deleted != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer("m0001", "m0002", "m0003", "m0004", "m0005")
	r.fault()
	if report := r.sync(0); report.Deleted != 5 {
		t.Errorf("%d deleted", report.Deleted)
	}
	r.has("m0001", "m0002", "m0003", "m0004", "m0005")
}

// TestVanished fetches nothing twice of what comes and goes, and forgets none.
func TestVanished(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.sync(3)
	r.drop.Remove("m0001", "m0003")
	r.sync(0)
	if !r.entry("m0001").IsGone() || r.entry("m0002").IsGone() {
		t.Error("the ledger doesn't tell what vanished")
	}
	before := r.known().Len()
	r.drop.Remove("m0002")
	r.sync(0)
	r.sync(0)
	if r.known().Len() != before {
		t.Error("something was forgotten")
	}
	r.has("m0001", "m0002", "m0003")
}

// TestVanishesMeanwhile has a message in the listing that is gone when it is
// asked for.
func TestVanishesMeanwhile(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.fault(fault.When(fault.UID("RETR", "m0002"), fault.Refuse("no such message")))
	if report := r.sync(2); len(report.Failed) != 1 || report.Failed[0].UID != "m0002" {
		t.Errorf("%+v", report)
	}
	r.drop.Remove("m0002")
	r.fault()
	if report := r.sync(0); len(report.Failed)+report.Skipped.Len() != 0 {
		t.Errorf("%+v", report)
	}
	if e := r.entry("m0002"); !e.IsGone() || !e.IsFailed() {
		t.Errorf("%+v", e)
	}
}

// TestLoginIsRemembered has the time of the login in the ledger, which says
// when the next one is allowed.
func TestLoginIsRemembered(t *testing.T) {
	r := newRig(t)
	r.sync(0)
	if login := r.known().Summary().Login; time.Since(login) > time.Minute {
		t.Errorf("the last login was %v", login)
	}
	r.fault(fault.When(fault.Verb("PASS"), fault.Refuse("no")), fault.When(fault.Verb("AUTH"), fault.Refuse("no")))
	if _, err := r.run(); err == nil {
		t.Error("no error")
	}
}

// TestRepairIsReported counts what a run finishes for one that died.
func TestRepairIsReported(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.rules.Delete.When = AtOnce
	a, err := openAccount(r.root, false)
	if err != nil {
		t.Fatal(err)
	}
	stageByHand(t, a, "m0001")
	a.close()
	report := r.sync(3)
	if want := int64(3 * len(storedText("m0001"))); report.Bytes != want || report.Deleted != 3 {
		t.Errorf("%+v, want %d bytes", report, want)
	}
	r.has("m0001", "m0002", "m0003")
}

// TestRepairFindsNothing fetches again what was staged and lies nowhere now.
func TestRepairFindsNothing(t *testing.T) {
	r := newRig(t, messages(2)...)
	a, err := openAccount(r.root, false)
	if err != nil {
		t.Fatal(err)
	}
	stageByHand(t, a, "m0001")
	a.close()
	if err := os.RemoveAll(mailboxOf(r.root, false)); err != nil {
		t.Fatal(err)
	}
	r.sync(2)
	r.has("m0001", "m0002")
}

// stageByHand does what a run did that died before it could publish.
func stageByHand(t *testing.T, a *account, uid string) {
	t.Helper()
	b, err := a.box.Begin()
	if err != nil {
		t.Fatal(err)
	}
	size, err := b.Append(newReader(textOf(uid)))
	if err != nil {
		t.Fatal(err)
	}
	places, err := b.Stage()
	if err != nil {
		t.Fatal(err)
	}
	err = a.ledger.Append(ledger.Record{
		Kind: ledger.Staged, Time: time.Now(), Key: ledger.MakeKey(uid, 1), StoredSize: size, Text: places[0],
		Digests: digestsOf(textOf(uid)),
	})
	if err != nil {
		t.Fatal(err)
	}
}
