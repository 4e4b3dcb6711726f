//go:build unix

package fetch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// What is to be found in a game of TestModel.

// checkHealthy checks what a run left that came to its end. What is in the
// mailbox then is there for ever.
func (m *model) checkHealthy() {
	texts, err := readBox(m.rig.root, m.rig.mbox)
	m.must(err)
	count := m.countTexts(texts)
	m.checkCount(count)
	for name := range count {
		m.kept[name] = true
	}
	if left := leftovers(m.rig.root); len(left) > 0 {
		m.fail("left behind: %v", left)
	}
	state, err := durable.OpenDir(filepath.Join(m.rig.root, "state"))
	m.must(err)
	defer state.Close()
	l, err := ledger.Read(state, "work")
	m.must(err)
	if keys, _ := l.Pending(); len(keys) > 0 {
		m.fail("still pending: %v", keys)
	}
}

// checkAll checks that these messages are in the mailbox, all that could be
// noticed.
func (m *model) checkAll(messages []pop3d.Message) {
	for _, message := range messages {
		if m.areMarksVague() && m.markedSizes[len(message.Body)] {
			continue
		}
		if name := nameOf(message); !m.kept[name] && !m.hidden[name] && !m.marked[name] {
			m.fail("%s (uid %s) is not fetched", name, message.UID)
		}
	}
}

// check checks what a run left that may have died. An mbox may then end with a
// part of a message, which the next run mends.
func (m *model) check() {
	if !m.rig.mbox {
		texts, err := readBox(m.rig.root, false)
		m.must(err)
		m.checkCount(m.countTexts(texts))
		return
	}
	text, err := os.ReadFile(mailboxOf(m.rig.root, true))
	if !errors.Is(err, os.ErrNotExist) {
		m.must(err)
	}
	count := map[string]int{}
	for stored, name := range m.byText {
		if n := strings.Count(string(text), quoteFrom.ReplaceAllString(stored, ">$1")+"\n"); n > 0 {
			count[name] = n
		}
	}
	m.checkCount(count)
}

// countTexts tells how often each message is there, by name.
func (m *model) countTexts(texts []string) map[string]int {
	count := map[string]int{}
	for _, text := range texts {
		name, known := m.byText[text]
		if !known {
			m.fail("this is no message that the server had: %.300q", text)
		}
		count[name]++
	}
	return count
}

func (m *model) checkCount(count map[string]int) {
	for name, n := range count {
		if n > 1 {
			m.fail("%s is in the mailbox %d times", name, n)
		}
	}
	for name := range m.kept {
		if count[name] == 0 {
			m.fail("%s was deleted or called kept, and is not in the mailbox", name)
		}
	}
}

// deleted checks what a session deleted of these messages: it must be in the
// mailbox.
func (m *model) deleted(before []pop3d.Message) {
	left := map[string]bool{}
	for _, message := range m.rig.drop.Messages() {
		left[nameOf(message)] = true
	}
	for _, message := range before {
		if name := nameOf(message); !left[name] {
			m.kept[name] = true
		}
	}
}
