package fetch

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// The messages of testdata/ledger/version1.ledger, which a popfetch wrote that knew
// messages by Message-ID, Date, From, To and Subject, and by all of them where there
// is neither a Message-ID nor a Date.
func formerMessages() []pop3d.Message {
	return []pop3d.Message{
		formerMessage("u-owed", "owed"),     // kept, and its deletion is owed
		formerMessage("u-marked", "marked"), // by a person, so that nothing else is known of it
		formerMessage("u-kept", "kept"),
		{UID: "u-local", Body: []byte(formerFields("local") + "\r\nbody of local\r\n")}, // no server received it
		formerPlain("u-plain", "plain body"),
		formerMessage("u-twice", "first"),
		formerMessage("u-twice", "second"),
	}
}

// The ledger has these too: one could not be had, and the other is gone.
func formerFailed() pop3d.Message { return formerMessage("u-failed", "failed") }

func formerGone() pop3d.Message { return formerMessage("u-gone", "gone") }

func formerFields(name string) string {
	return "Message-ID: <" + name + "@example.org>\r\nDate: Mon, 23 Nov 2026 06:00:00 +0000\r\n" +
		"From: ann@example.org\r\nTo: me@example.org\r\nSubject: " + name + "\r\n"
}

func formerMessage(uid, name string) pop3d.Message {
	text := "Received: from " + name + " by here\r\n" + formerFields(name) + "\r\nbody of " + name + "\r\n"
	return pop3d.Message{UID: uid, Body: []byte(text)}
}

// formerPlain is a message that was known by all of it.
func formerPlain(uid, body string) pop3d.Message {
	return pop3d.Message{UID: uid, Body: []byte("Subject: plain\r\n\r\n" + body + "\r\n")}
}

const formerLedger = "../testdata/ledger/version1.ledger"

// newUpgrade is a rig with that ledger, an hour old, an empty mailbox, and these
// messages on the server.
func newUpgrade(t *testing.T, messages ...pop3d.Message) *rig {
	t.Helper()
	r := newRig(t, messages...)
	state, _, err := durable.MakeDir(filepath.Join(r.root, "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	if err := os.WriteFile(state.Path("work.ledger"), recent(t, formerLedger), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// recent is the text of a ledger in which all happened an hour ago: what has been
// gone for long is forgotten.
func recent(t *testing.T, path string) (text []byte) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	for line := range strings.Lines(string(old)) {
		words := strings.Fields(line)
		words = words[:len(words)-1] // the checksum
		if words[0] != "popfetch-ledger" {
			words[1] = at
		}
		line := strings.Join(words, " ")
		text = fmt.Appendf(text, "%s #%08x\n", line, crc32.Checksum([]byte(line), crc32.MakeTable(crc32.Castagnoli)))
	}
	return text
}

// TestUpgradeLearns has the first run learn how the account logs in, which older ledgers
// say nothing of.
func TestUpgradeLearns(t *testing.T) {
	r := newUpgrade(t, formerMessages()...)
	if got := r.known().Summary().Secured; got != "" {
		t.Fatalf("the ledger says %q", got)
	}
	if _, err := r.run(); err != nil {
		t.Fatal(err)
	}
	if got := r.known().Summary().Secured; got != "clear plain" {
		t.Errorf("the ledger says %q", got)
	}
}

// TestUpgradeReads reads the ledger of the former version as it is, and rewrites it
// in the first run, which knows the same.
func TestUpgradeReads(t *testing.T) {
	r := newUpgrade(t, formerMessages()...)
	before := r.facts()
	if len(before) != 9 || r.version() != "1" {
		t.Fatalf("version %s, %v", r.version(), before)
	}
	if err := r.write(); err != nil {
		t.Fatal(err)
	}
	if got := r.version(); got != "2" {
		t.Errorf("the ledger is of version %s", got)
	}
	for key, fact := range before {
		if after := r.facts()[key]; after != fact {
			t.Errorf("of %s it knew %s, and now %s", key, fact, after)
		}
	}
}

// version is that of the ledger.
func (r *rig) version() string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.root, "state", "work.ledger"))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(bytes.Fields(text)[1])
}

// facts are what the ledger knows of each message.
func (r *rig) facts() map[ledger.Key]string {
	r.t.Helper()
	facts := map[ledger.Key]string{}
	for key, e := range r.known().All() {
		facts[key] = fmt.Sprint(
			"kept ", e.IsKept(), " marked ", e.IsMarked(), " failed ", e.IsFailed(), " owed ", e.IsOwed(), " gone ", e.IsGone(), " ",
			e.StoredSize, " of ", e.WireSize, " ", e.Digests, " ", r.known().Failure(key),
		)
	}
	return facts
}

// TestUpgrade goes on with that ledger: nothing of it comes again, and what could not
// be had and what is new comes.
func TestUpgrade(t *testing.T) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			r := newUpgrade(t, append(formerMessages(), formerFailed(), formerMessage("u-new", "new"))...)
			r.fault(server)
			r.rules.Delete.When = Never
			r.sync(2)
			r.sync(0)
			r.hasTexts(storedOf(formerFailed(), formerMessage("", "new"))...)
			r.drop.Add(formerGone())
			r.sync(0)
			r.hasTexts(storedOf(formerFailed(), formerMessage("", "new"))...)
			if r.version() != "2" {
				t.Errorf("the ledger is of version %s", r.version())
			}
		})
	}
}

// TestUpgradeMoved changes all UIDs at the same time: the five fields, with the size,
// tell which messages these are. Nothing tells that of what a person marked.
func TestUpgradeMoved(t *testing.T) {
	var messages []pop3d.Message
	for _, m := range append(formerMessages(), formerFailed(), formerGone(), formerMessage("u-new", "new")) {
		if m.UID != "u-marked" {
			messages = append(messages, m)
		}
	}
	r := newUpgrade(t, messages...)
	r.rules.Delete.When = Never
	for step := range 2 {
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", step, "-", i) })
		r.sync(2 - 2*step)
		r.sync(0)
		r.hasTexts(storedOf(formerFailed(), formerMessage("", "new"))...)
	}
}

// TestUpgradeDeletes deletes nothing that the ledger knows only by five fields, by
// whatever rule: what the sender chooses proves nothing.
func TestUpgradeDeletes(t *testing.T) {
	for ruleName, rule := range map[string]Delete{"owed": {When: Owed}, "at once": {When: AtOnce}, "after a while": {When: AfterWhile}} {
		for name, server := range servers {
			for _, moved := range []bool{false, true} {
				if moved && name != "TOP" {
					continue // see TestUpgradeMovedWithoutTOP
				}
				t.Run(fmt.Sprint(ruleName, "/", name, "/moved ", moved), func(t *testing.T) {
					r := newUpgrade(t, append(formerMessages(), formerFailed())...)
					fresh := storedOf(formerFailed())
					if moved {
						r.drop.Remove("u-marked")
						r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
					}
					before := r.drop.Len() - 1
					r.fault(server)
					r.rules.Delete = rule
					for i := range 3 {
						r.sync(map[int]int{0: 1}[i])
					}
					r.hasTexts(fresh...)
					if rule.When == Owed {
						before++
					}
					if n := r.drop.Len(); n != before {
						t.Errorf("%d messages are left of %d", n, before)
					}
				})
			}
		}
	}
}

// TestUpgradeNamesake fetches a message that has the five fields of one of the ledger,
// and another size, under a UID of its own, under that of the other one, and after a
// move.
func TestUpgradeNamesake(t *testing.T) {
	namesake := formerNamesake()
	for name, server := range servers {
		for way, change := range map[string]func(r *rig){
			"own UID":   func(*rig) {},
			"instead":   func(r *rig) { r.drop.Remove("u-kept") },
			"other UID": func(r *rig) { r.takesUID(true) },
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				r := newUpgrade(t, append(formerMessages(), namesake)...)
				r.fault(server)
				r.rules.Delete.When = Never
				change(r)
				r.sync(1)
				r.sync(0)
				r.hasTexts(stored(namesake.Body))
			})
		}
	}
	t.Run("moved", func(t *testing.T) {
		r := newUpgrade(t, append(formerMessages(), namesake)...)
		r.drop.Remove("u-marked", "u-kept")
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
		r.sync(1)
		r.sync(0)
		r.hasTexts(stored(namesake.Body))
	})
}

// formerNamesake has the five fields of a message of the ledger.
func formerNamesake() pop3d.Message {
	text := "Received: from list by here\r\n" + formerFields("kept") + "\r\nbody of kept, from a list\r\n"
	return pop3d.Message{UID: "u-list", Body: []byte(text)}
}

// takesUID has the namesake take the UID of the message of the ledger, which a run
// sees go or not.
func (r *rig) takesUID(seen bool) {
	r.t.Helper()
	list := r.drop.Messages()
	namesake := list[len(list)-1]
	r.drop.Remove("u-kept", namesake.UID)
	if seen {
		r.sync(0)
	}
	namesake.UID = "u-kept"
	r.drop.Add(namesake)
}
