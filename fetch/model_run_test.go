//go:build unix

package fetch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/storetest/powerloss"
)

// The runs in a game of TestModel.

// someRules are rules that a person may have.
func (m *model) someRules() Rules {
	rules := Rules{Delete: m.someDelete()}
	rules.MaxMessages = pick(m, "max_messages", 0, 0, 1, 2)
	rules.MaxSize = pick(m, "max_size", 0, 0, int64(maxSize))
	if m.one(4, "time is up") {
		rules.Until = now.AddDate(-1, 0, 0)
	}
	return rules
}

func (m *model) someDelete() Delete {
	when := pick(m, "delete", Owed, Never, AtOnce, AtOnce, AfterWhile)
	if when == AfterWhile {
		return Delete{When: when, After: pick(m, "after", 0, 24*time.Hour)}
	}
	return Delete{When: when}
}

// settle lets a healthy run see what has changed, unless one did: what comes
// next can't be told from it later. The run fetches nothing, but where headers
// don't tell messages apart.
func (m *model) settle() {
	if !m.unseen {
		return
	}
	rules := Rules{Delete: Delete{When: Never}, Until: now.AddDate(-1, 0, 0)}
	if !m.tells(rules) {
		m.endPauses()
		rules.Until = time.Time{}
	}
	m.sync(rules)
}

// sync is a healthy run.
func (m *model) sync(rules Rules) Report {
	m.rig.rules = rules
	m.onDisk(m.recorder(0))
	report, err := m.run(context.Background())
	if err != nil || len(report.Failed) > 0 {
		m.fail("a healthy run failed: %v %v", err, report.Failed)
	}
	m.moved = false
	if m.tells(rules) {
		m.unseen = false
		clear(m.listed)
		for _, uid := range m.rig.drop.UIDs() {
			m.listed[uid] = true
		}
	}
	m.checkHealthy()
	return report
}

// tells reports whether a healthy run by these rules knows afterwards which
// messages there are. Where headers don't tell, it has to get all in doubt.
func (m *model) tells(rules Rules) bool {
	isFree := rules.Until.IsZero() && rules.MaxSize == 0 && rules.MaxMessages == 0
	isShown := m.nature == "sound" || m.nature == "LIST lies"
	return isFree || isShown && !slices.ContainsFunc(m.rig.drop.Messages(), isVague)
}

// syncAll is a healthy run that has everything to fetch.
func (m *model) syncAll() {
	there := m.rig.drop.Messages()
	m.endPauses()
	m.sync(Rules{Delete: m.someDelete()})
	m.checkAll(there)
}

// endPauses lets all that failed be tried again now.
func (m *model) endPauses() {
	m.onDisk(m.recorder(0))
	a, err := openAccount(m.rig.root, m.rig.mbox)
	m.must(err)
	defer a.close()
	var records []ledger.Record
	for key, entry := range a.ledger.All() {
		if entry.IsFailed() && a.ledger.Failure(key).Count > 1 {
			records = append(records, ledger.Record{Kind: ledger.Failed, Time: now, Key: key, Count: 1})
		}
	}
	m.must(a.ledger.Append(records...))
}

// syncBadly is a run in which something goes wrong with the server.
func (m *model) syncBadly(f mishap) {
	m.rig.rules = m.rulesFor(f)
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	if f.stopAt > 0 {
		f.intercept = stopAt(f.stopAt, stop)
	}
	m.fault(f.intercept)
	m.note("fault: %s", f.name)
	m.onDisk(m.recorder(0))
	m.run(ctx)
	m.fault()
	m.unseen = true
	m.check()
}

// rulesFor are rules that a run can have in which this goes wrong. Where all
// UIDs are other ones and the server doesn't show all headers, the run has to
// come to its end: a later one would know nothing of the move.
func (m *model) rulesFor(f mishap) Rules {
	if m.moved && f.hidesHeaders {
		return Rules{Delete: m.someDelete()}
	}
	return m.someRules()
}

// syncAndDie is a run that dies at some operation on the file system, or when
// it is over, alone or with the whole machine.
func (m *model) syncAndDie() {
	m.rig.rules = m.someRules()
	at := pick(m, "at", places(35)...)
	f := mishap{name: "none"}
	if m.one(3, "with fault") {
		f = m.someFault()
	}
	if m.moved && f.hidesHeaders {
		f = mishap{name: "none"}
	}
	if f.intercept != nil {
		m.fault(f.intercept)
	}
	m.note("fault: %s; dies before operation %d", f.name, at+1)
	m.onDisk(m.recorder(at + 1))
	m.run(context.Background())
	m.fault()
	m.unseen = true
	m.powerFails()
}

// powerFails has it fail or not, and then a part of what was not synced is
// gone. The machine is off for long, so that a dotlock is seen to be of the
// time before.
func (m *model) powerFails() {
	if m.one(2, "power fails") {
		world := pick(m, "world", places(20)...)
		m.note("the power fails, world %d", world)
		m.must(powerloss.RollBack(m.disk, powerloss.World(world)))
		dotlock := filepath.Join(m.rig.root, "mail", "mbox.lock")
		if err := os.Chtimes(dotlock, time.Time{}, now.AddDate(-10, 0, 0)); !errors.Is(err, os.ErrNotExist) {
			m.must(err)
		}
	}
	m.check()
}

// syncInNoRoom is a run on a disk that is full at some operation.
func (m *model) syncInNoRoom() {
	m.rig.rules = m.someRules()
	at := pick(m, "at", places(35)...)
	how := pick(m, "how", powerloss.Lastingly, powerloss.Briefly, powerloss.Belatedly)
	m.note("the disk is full at operation %d, in the way %d", at+1, how)
	record, full := m.recorder(0), powerloss.Full(at+1, how)
	m.onDisk(func(op durable.Op, do func() error) error {
		done := false
		err := full(op, func() error {
			done = true
			return record(op, do)
		})
		if err == nil && !done { // a sync, which is to be recorded all the same
			err = record(op, do)
		}
		return err
	})
	m.run(context.Background())
	m.unseen = true
	m.check()
}

type hook = func(op durable.Op, do func() error) error

// recorder notes what the disk does, so that the power can fail later, until
// operation number haltAt. From then on nothing is done any more, and nothing
// that the run still says counts with the server either.
func (m *model) recorder(haltAt int) hook {
	record, err := powerloss.Halt(m.disk, haltAt)
	m.must(err)
	var dead atomic.Bool
	return func(op durable.Op, do func() error) error {
		err := record(op, do)
		if errors.Is(err, powerloss.ErrHalted) && !dead.Swap(true) {
			m.fault(fault.Cut())
		}
		return err
	}
}

func (m *model) onDisk(h hook) { disk.Store(&h) }

// run runs, waits until the server has noticed that it is over, and checks
// what was deleted.
func (m *model) run(ctx context.Context) (Report, error) {
	for _, uid := range m.rig.drop.UIDs() {
		m.listed[uid] = true
	}
	before := m.rig.drop.Messages()
	j := m.rig.job()
	j.Client.Pipelining = m.pipelining
	m.rig.notes = nil
	sessions := m.rig.server.Connections()
	report, err := m.rig.runJob(ctx, j)
	lastSession(m.test, m.rig.server)
	m.note("  run with %+v:", m.rig.rules)
	for _, s := range m.rig.server.Sessions()[sessions:] {
		m.note("    %q", s.Commands)
	}
	m.note("    %+v, %v %q", report, err, m.rig.notes)
	m.note("    %s", m.server())
	m.deleted(before)
	return report, err
}
