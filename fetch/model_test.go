package fetch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/ledger"
)

// TestModel lets a server, other clients and the network do what they like,
// one thing after the other, with runs in between, and always expects the
// same: no message is in the mailbox twice, none is deleted by a run that isn't
// in the mailbox, and in the end every message on the server is in the mailbox.
func TestModel(t *testing.T) {
	games := uint64(120)
	if testing.Short() {
		games = 20
	}
	r := newRig(t)
	for seed := range games {
		m := &model{T: t, rig: r, random: rand.New(rand.NewPCG(seed, 1)), ever: map[string]bool{}, hidden: map[string]bool{}}
		r.renew()
		r.mbox = seed%2 == 0
		m.play(12)
		m.end()
		if t.Failed() {
			t.Fatalf("game %d:\n%s", seed, strings.Join(m.log, "\n"))
		}
	}
}

// A model is what has happened so far.
type model struct {
	*testing.T
	rig    *rig
	random *rand.Rand
	log    []string
	names  int             // of messages so far
	moves  int             // of the maildrop so far
	away   []pop3d.Message // on a bad day
	ever   map[string]bool // UIDs that were on the server
	hidden map[string]bool // messages that nobody could notice, by name
	moved  bool            // in this turn
}

func (m *model) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf(format, args...))
}

// one in n times it is true.
func (m *model) one(n int) bool { return m.random.IntN(n) == 0 }

// play does some things.
func (m *model) play(turns int) {
	for range turns {
		switch m.random.IntN(8) {
		case 0, 1:
			m.arrive()
		case 2:
			m.arriveTwice()
		case 3:
			m.remove()
		case 4:
			m.replace()
		case 5:
			m.badDay()
		case 6:
			m.goodDay()
		case 7:
			m.move()
		}
		m.note("on the server: %s", m.server())
		m.runs()
		if m.Failed() {
			return
		}
	}
}

// server tells what is on the server, as UIDs with names.
func (m *model) server() string {
	var words []string
	for _, message := range m.rig.drop.Messages() {
		words = append(words, message.UID+"="+nameOf(message))
	}
	return strings.Join(words, " ")
}

// fresh makes a message that is like no other, under a UID of its own if it
// isn't given one.
func (m *model) fresh(uid string) pop3d.Message {
	m.names++
	if uid == "" {
		uid = fmt.Sprintf("u%d", m.names)
	}
	m.ever[uid] = true
	return messageOf(uid, fmt.Sprint("m", m.names))
}

// nameOf returns the name of a message of fresh.
func nameOf(message pop3d.Message) string { return lastLine(string(message.Body)) }

func lastLine(text string) string {
	lines := strings.Fields(text)
	return lines[len(lines)-1]
}

// serve changes what is on the server.
func (m *model) serve(messages []pop3d.Message) {
	m.rig.drop.Remove(m.rig.drop.UIDs()...)
	m.rig.drop.Add(messages...)
}

// arrive adds messages, some of them under a UID that was another's before and
// is free by now.
func (m *model) arrive() {
	for range 1 + m.random.IntN(3) {
		var free []string
		for uid := range m.ever {
			if !slices.ContainsFunc(slices.Concat(m.away, m.rig.drop.Messages()), hasUID(uid)) {
				free = append(free, uid)
			}
		}
		slices.Sort(free)
		uid := ""
		if len(free) > 0 && m.one(3) {
			uid = free[m.random.IntN(len(free))]
		}
		message := m.fresh(uid)
		m.note("%s arrives as %s", nameOf(message), message.UID)
		m.rig.drop.Add(message)
	}
}

func hasUID(uid string) func(pop3d.Message) bool {
	return func(m pop3d.Message) bool { return m.UID == uid }
}

// any picks a message that is on the server.
func (m *model) any() (message pop3d.Message, place int, ok bool) {
	list := m.rig.drop.Messages()
	if len(list) == 0 || len(m.away) > 0 {
		return message, 0, false
	}
	place = m.random.IntN(len(list))
	return list[place], place, true
}

// arriveTwice adds a message under the UID of one that is there.
func (m *model) arriveTwice() {
	if there, _, ok := m.any(); ok {
		message := m.fresh(there.UID)
		m.note("%s arrives as %s too", nameOf(message), message.UID)
		m.rig.drop.Add(message)
	}
}

// remove is what another client does.
func (m *model) remove() {
	if message, place, ok := m.any(); ok {
		m.note("%s is removed", nameOf(message))
		m.serve(slices.Delete(m.rig.drop.Messages(), place, place+1))
	}
}

// replace gives the UID of a message to another one, between two listings. As
// long as no rule wants it deleted, nobody can notice.
func (m *model) replace() {
	old, place, ok := m.any()
	if !ok || len(slices.DeleteFunc(m.rig.drop.Messages(), hasUID(old.UID))) != m.rig.drop.Len()-1 {
		return
	}
	message := m.fresh(old.UID)
	m.hidden[nameOf(message)] = true
	m.note("%s is replaced by %s", nameOf(old), nameOf(message))
	list := m.rig.drop.Messages()
	list[place] = message
	m.serve(list)
}

// badDay hides messages, all of one UID together.
func (m *model) badDay() {
	if len(m.away) > 0 {
		return
	}
	var stay []pop3d.Message
	all := m.one(2)
	hidden := map[string]bool{}
	for _, message := range m.rig.drop.Messages() {
		if _, known := hidden[message.UID]; !known {
			hidden[message.UID] = all || m.one(2)
		}
		if hidden[message.UID] {
			m.away = append(m.away, message)
		} else {
			stay = append(stay, message)
		}
	}
	m.note("%d messages are hidden", len(m.away))
	m.serve(stay)
}

// goodDay brings back what was hidden.
func (m *model) goodDay() {
	m.note("%d messages are back", len(m.away))
	m.rig.drop.Add(m.away...)
	m.away = nil
}

// move gives all messages other UIDs. The run behind it is one that comes to its
// end: on a server without TOP, a later one would know nothing of the move.
func (m *model) move() {
	if len(m.away) > 0 || m.one(2) {
		return
	}
	m.moves++
	m.moved = true
	m.note("all UIDs change")
	m.rig.drop.Renumber(func(i int, _ string) string { return fmt.Sprintf("v%d-%d", m.moves, i) })
}

// runs syncs by some rules, with some faults, and then once more without them
// as far as the listing: what a run hasn't seen can't be told later.
func (m *model) runs() {
	r := m.rig
	r.rules = Rules{MaxMessages: []int{0, 0, 1, 2}[m.random.IntN(4)]}
	r.rules.Delete.When = []When{Owed, Never, AtOnce, AtOnce}[m.random.IntN(4)]
	if m.one(4) && !m.moved {
		r.rules.Until = now.AddDate(-1, 0, 0)
	}
	r.fault(m.fault())
	m.run()
	m.moved = false
	r.rules = Rules{Delete: Delete{When: Never}, Until: now.AddDate(-1, 0, 0)}
	r.fault()
	m.run()
}

// fault is what goes wrong in a run.
func (m *model) fault() pop3d.Intercept {
	which := int64(1 + m.random.IntN(4))
	some := func(verb string) pop3d.Match { return pop3d.Nth(which, pop3d.Verb(verb)) }
	faults := map[string]pop3d.Intercept{
		"all TOP refused": pop3d.When(pop3d.Verb("TOP"), pop3d.Refuse("no")),
		"TOP refused":     pop3d.When(some("TOP"), pop3d.Refuse("no")),
		"DELE refused":    pop3d.When(some("DELE"), pop3d.Refuse("no")),
		"QUIT unanswered": pop3d.When(pop3d.Verb("QUIT"), pop3d.Unanswered()),
	}
	if !m.moved {
		faults["RETR refused"] = pop3d.When(some("RETR"), pop3d.Refuse("no"))
		faults["cut in body"] = pop3d.When(some("RETR"), pop3d.CutBody(20))
		faults["cut"] = pop3d.When(nth(8+int64(m.random.IntN(20))), pop3d.Cut())
	}
	names := make([]string, 0, len(faults))
	for name := range faults {
		names = append(names, name)
	}
	slices.Sort(names)
	if m.one(2) {
		return pop3d.Chain()
	}
	name := names[m.random.IntN(len(names))]
	m.note("fault: %s (%d)", name, which)
	return faults[name]
}

// run runs, and checks what was deleted and what is there.
func (m *model) run() {
	before := m.rig.drop.Messages()
	report, err := m.rig.run()
	m.note("%+v: %+v, %v %q", m.rig.rules, report, err, m.rig.commands(""))
	seen := m.seen()
	left := map[string]bool{}
	for _, message := range m.rig.drop.Messages() {
		left[nameOf(message)] = true
	}
	for _, message := range before {
		if name := nameOf(message); !left[name] && !seen[name] {
			m.Errorf("%s (uid %s) is deleted and was never kept", name, message.UID)
		}
	}
}

// seen are the messages in the mailbox, by their names.
func (m *model) seen() map[string]bool {
	texts, err := readBox(m.rig.root, m.rig.mbox)
	if err != nil {
		m.Fatal(err)
	}
	seen := map[string]bool{}
	for _, text := range texts {
		name := lastLine(text)
		if seen[name] {
			m.Errorf("%s is in the mailbox twice", name)
		}
		seen[name] = true
	}
	return seen
}

// end lets all be well and finds every message on the server in the mailbox.
func (m *model) end() {
	r := m.rig
	r.drop.Add(m.away...)
	r.fault()
	r.rules = Rules{Delete: Delete{When: Never}}
	for range 2 {
		m.endPauses()
		m.run()
	}
	m.note("on the server: %s", m.server())
	seen := m.seen()
	for _, message := range r.drop.Messages() {
		if name := nameOf(message); !seen[name] && !m.hidden[name] {
			m.Errorf("%s (uid %s) was never fetched", name, message.UID)
		}
	}
}

// endPauses lets all that failed be tried again now.
func (m *model) endPauses() {
	var records []ledger.Record
	l := m.rig.known()
	for key, entry := range l.All() {
		if entry.Failed() && l.Failure(key).Count > 1 {
			records = append(records, ledger.Record{Kind: ledger.Failed, Time: now, Key: key, Count: 1})
		}
	}
	if err := m.rig.write(records...); err != nil {
		m.Fatal(err)
	}
}
