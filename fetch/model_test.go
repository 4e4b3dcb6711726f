//go:build unix

package fetch

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/storetest"
)

// TestModel lets a server, other clients, the network, the disk and the power
// do what they like, one thing after the other, with runs in between, and
// always expects the same: no message is in the mailbox twice, none that a run
// deleted or called kept is missing from it, and after a healthy run every
// message that the server has is there, as it was sent.
//
// It plays the same games each time, so that what fails is the fault of what
// changed. With RAPID_CHECKS=N or -rapid.checks=N it plays N new ones; what
// -rapid.seed and -rapid.failfile repeat is told when a game is lost.
func TestModel(t *testing.T) {
	playTheSame(t)
	noLeaks(t)
	folder, batch := storetest.MemoryDir(t), maxBatchMessages
	t.Cleanup(func() {
		disk.Store(nil)
		maxBatchMessages = batch
	})
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt, filepath.Join(folder, "model"))
		defer m.rig.server.Close()
		m.Repeat(map[string]func(*rapid.T){
			"arrive":          func(*rapid.T) { m.arrive() },
			"arrive again":    func(*rapid.T) { m.arriveAgain() },
			"arrive twice":    func(*rapid.T) { m.arriveTwice() },
			"remove":          func(*rapid.T) { m.remove() },
			"swap":            func(*rapid.T) { m.swap() },
			"bad day":         func(*rapid.T) { m.badDay() },
			"good day":        func(*rapid.T) { m.goodDay() },
			"move":            func(*rapid.T) { m.move() },
			"sync":            func(*rapid.T) { m.sync(m.someRules()) },
			"sync all":        func(*rapid.T) { m.syncAll() },
			"sync with fault": func(*rapid.T) { m.syncBadly(m.someFault()) },
			"sync and die":    func(*rapid.T) { m.syncAndDie() },
			"sync, disk full": func(*rapid.T) { m.syncInNoRoom() },
			"list":            func(*rapid.T) { m.list() },
			"mark":            func(*rapid.T) { m.markSome() },
			"delete":          func(*rapid.T) { m.deleteSome() },
		})
		m.end()
	})
}

// games is how many there are where nobody asks for others.
const games = "80"

// playTheSame sets what rapid was told nothing about.
func playTheSame(t *testing.T) {
	told := slices.ContainsFunc(os.Environ(), func(text string) bool { return strings.HasPrefix(text, "RAPID_") })
	flag.Visit(func(f *flag.Flag) { told = told || strings.HasPrefix(f.Name, "rapid.") })
	if told {
		return
	}
	for name, value := range map[string]string{"rapid.checks": games, "rapid.seed": "1"} {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { flag.Set(name, before) })
	}
}

// A model is what has happened so far.
type model struct {
	*rapid.T
	test *testing.T
	rig  *rig
	told []string // what has happened, for people
	disk string   // the log of the operations on the disk; see powerloss

	pipelining pop3.Pipelining
	nature     string // of the server, by its name in natures

	uids   []string          // that were ever on the server
	names  int               // of messages so far
	byText map[string]string // the name of a message, by its text as stored
	moves  int               // of the maildrop so far
	away   []pop3d.Message   // on a bad day

	// kept are messages that must be in the mailbox for ever, by name: a run
	// that came to its end left them there, or one deleted them.
	kept map[string]bool
	// marked are messages that a person doesn't want, by name.
	marked map[string]bool
	// marks are the UIDs of those.
	marks map[string]bool
	// markedSizes are the sizes of those, in bytes.
	markedSizes map[int]bool
	// hidden are messages that nobody could notice, by name: they got the UID of
	// another one before any listing showed that it was free, or of one that was
	// marked, of which no more than the size is known. As long as no rule wants that
	// one deleted, UIDs and sizes are all that is looked at.
	hidden map[string]bool
	// listed are the UIDs that the ledger may take to be on the server.
	listed map[string]bool

	unseen bool // something changed, or went wrong, since the last healthy run
	moved  bool // all UIDs changed since then
}

// newModel begins a game with an empty maildrop, and nothing on disk.
func newModel(t *testing.T, rt *rapid.T, folder string) *model {
	m := &model{
		T: rt, test: t, disk: filepath.Join(folder, "log"),
		byText: map[string]string{}, kept: map[string]bool{}, marked: map[string]bool{}, marks: map[string]bool{}, markedSizes: map[int]bool{}, hidden: map[string]bool{}, listed: map[string]bool{},
	}
	m.rig = &rig{t: t, root: filepath.Join(folder, "root"), drop: pop3d.NewMaildrop(), server: &pop3d.Server{}}
	m.rig.mbox = rapid.Bool().Draw(rt, "mbox")
	m.pipelining = pick(m, "pipelining", pop3.Auto, pop3.Off)
	m.nature = pick(m, "nature", "sound", "sound", "sound", "no UIDL", "no TOP", "TOP lies", "LIST lies", "UIDs are numbers")
	maxBatchMessages = pick(m, "batch", 512, 2, 1)
	m.must(os.RemoveAll(folder))
	m.must(os.MkdirAll(m.rig.root, 0o700))
	m.rig.server.SetUser(rigUser, rigPassword, m.rig.drop)
	m.must(m.rig.server.Start())
	m.note("the server: %s", m.nature)
	m.fault()
	return m
}

func (m *model) note(format string, args ...any) {
	m.told = append(m.told, fmt.Sprintf(format, args...))
}

// fail ends the game, and tells it.
func (m *model) fail(format string, args ...any) {
	m.Helper()
	ledger, _ := os.ReadFile(filepath.Join(m.rig.root, "state", "work.ledger"))
	m.Logf("the ledger:\n%s", ledger)
	m.Logf("the game:\n%s", strings.Join(m.told, "\n"))
	m.Fatalf(format, args...)
}

func (m *model) must(err error) {
	m.Helper()
	if err != nil {
		m.fail("%v", err)
	}
}

// pick picks one, the first when rapid looks for the simplest game.
func pick[V any](m *model, what string, values ...V) V {
	return rapid.SampledFrom(values).Draw(m.T, what)
}

// one in n times it is true.
func (m *model) one(n int, what string) bool { return rapid.IntRange(0, n-1).Draw(m.T, what) == n-1 }

// end lets all be well, and finds every message on the server in the mailbox,
// with nothing left to do.
func (m *model) end() {
	m.rig.drop.Add(m.away...)
	m.away, m.unseen = nil, true
	m.syncAll()
	report := m.sync(Rules{Delete: Delete{When: Never}})
	if report.New > 0 && !m.areMarksVague() {
		m.fail("one run later there are still new messages: %+v", report)
	}
}

// areMarksVague reports whether a mark may be taken for that of another message: of a
// marked one it knows the UID and the size, and the UID is the number of another once a
// message is deleted.
func (m *model) areMarksVague() bool {
	return m.nature == "UIDs are numbers" && len(m.marked) > 0
}
