//go:build unix

package fetch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// An original is a message that is on the server before a crash.
type original struct {
	pop3d.Message
	stored string // as it is in a Maildir
	quoted string // as it is in an mbox, without its From_ line
}

// corpus is what is on the server before a crash.
func (c crash) corpus() (list []original) {
	add := func(text string) {
		o := original{Message: pop3d.Message{UID: fmt.Sprintf("u%03d", len(list)+1), Body: []byte(text)}}
		o.stored = stored(o.Body)
		o.quoted = quoteFrom.ReplaceAllString(o.stored, ">$1") + "\n"
		list = append(list, o)
	}
	if !c.many {
		add(textOf("one"))
		add("Subject: two\r\n\r\n>From afar\r\nFrom near\r\n" + strings.Repeat("a long text, in several writes\r\n", 4500))
		add("\r\nno header, and no end of the line")
		return list
	}
	for i := range 2*crashBatch + 4 {
		add(textOf(fmt.Sprint("number ", i+1)))
	}
	return list
}

// quoteFrom is what an mboxrd file quotes.
var quoteFrom = regexp.MustCompile(`(?m)^(>*From )`)

// check tells whether all is as it has to be after a healthy run: every
// message is there exactly once and byte for byte, the ledger says so, and
// nothing is left of what was under way.
func (r *crashRig) check(root string) error {
	var want []string
	for _, o := range r.originals {
		want = append(want, o.stored)
	}
	got, err := readBox(root, r.mbox)
	if err != nil {
		return err
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		err = fmt.Errorf("%d messages, want %d: %s", len(got), len(want), difference(want, got))
	}
	if left := leftovers(root); len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("left behind: %v", left))
	}
	return errors.Join(err, r.checkLedger(root))
}

// difference names the messages that are missing, and those that are too many.
func difference(want, got []string) string {
	count := map[string]int{}
	for _, text := range want {
		count[text]--
	}
	for _, text := range got {
		count[text]++
	}
	var words []string
	for text, n := range count {
		if n != 0 {
			words = append(words, fmt.Sprintf("%+d of %.60q", n, text))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func (r *crashRig) checkLedger(root string) error {
	state, err := durable.OpenDir(filepath.Join(root, "state"))
	if err != nil {
		return err
	}
	defer state.Close()
	l, err := ledger.Read(state, "work")
	if err != nil {
		return err
	}
	if _, staged := l.Pending(); len(staged) > 0 {
		return fmt.Errorf("%d messages are pending", len(staged))
	}
	for _, o := range r.originals {
		if e, _ := l.Lookup(ledger.MakeKey(o.UID, 1)); !e.IsKept() {
			return fmt.Errorf("the ledger doesn't call %s kept", o.UID)
		}
	}
	return nil
}

// checkNow tells whether all is as it has to be right after the crash: what a
// mail program sees is whole and there once, and what the server has no more
// is among it. In an mbox the end may be torn, which no program can help that
// appends.
func (r *crashRig) checkNow(root string, torn bool) error {
	server := r.drop.UIDs()
	seen, err := r.visible(root, torn)
	if err != nil {
		return err
	}
	for _, o := range r.originals {
		n := seen[o.stored]
		if n > 1 {
			return fmt.Errorf("%s is visible %d times", o.UID, n)
		}
		if n == 0 && !slices.Contains(server, o.UID) {
			return fmt.Errorf("%s is deleted on the server and not in the mailbox", o.UID)
		}
	}
	return nil
}

// visible counts the messages of the corpus that are in the mailbox.
func (r *crashRig) visible(root string, torn bool) (map[string]int, error) {
	known := map[string]bool{}
	for _, o := range r.originals {
		known[o.stored] = true
	}
	var texts []string
	var err error
	if r.mbox {
		texts, err = r.mboxTexts(root, torn)
	} else {
		texts, err = readBox(root, false)
	}
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, text := range texts {
		if !known[text] {
			return nil, fmt.Errorf("a part of a message is visible: %.100q … %d bytes", text, len(text))
		}
		seen[text]++
	}
	return seen, nil
}

// mboxFrom begins each message of an mbox, and only those.
var mboxFrom = regexp.MustCompile(`(?m)^From .*\n`)

// mboxTexts reads an mbox whose last message may be torn, by the death of the
// program in the middle of a write; by a power loss anywhere and with zeros in
// it. Then what isn't whole is left out.
func (r *crashRig) mboxTexts(root string, torn bool) ([]string, error) {
	text, err := os.ReadFile(mailboxOf(root, true))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	parts := mboxFrom.Split(string(text), -1)
	if !torn && parts[0] != "" && !strings.HasPrefix("From ", parts[0][:min(5, len(parts[0]))]) {
		return nil, fmt.Errorf("the mbox begins with %.100q", parts[0])
	}
	var whole []string
	for i, part := range parts[1:] {
		full, begun := false, false
		for _, o := range r.originals {
			if rest, found := strings.CutPrefix(part, o.quoted); found && strings.HasPrefix("From ", rest) {
				whole, full = append(whole, o.stored), true
			}
			begun = begun || strings.HasPrefix(o.quoted, part)
		}
		if last := i == len(parts)-2; !full && !torn && !(last && begun) {
			return nil, fmt.Errorf("message %d of the mbox is not whole: %.100q", i+1, part)
		}
	}
	return whole, nil
}
