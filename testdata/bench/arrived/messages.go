package arrived

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Messages are bodies by Message-ID.
type Messages map[string]Sum

// Add adds a message as it was delivered.
func (m Messages) Add(message []byte) error {
	d := newDigest()
	for line := range bytes.Lines(message) {
		d.line(bytes.TrimRight(line, "\r\n"))
	}
	if d.id == "" {
		return errors.New("a message without a Message-ID can't be followed")
	}
	m[d.id] = d.sum()
	return nil
}

// A found is what a mailbox holds.
type found struct {
	messages Messages
	twice    int
	nameless int
}

func (f *found) add(d *digest) {
	_, known := f.messages[d.id]
	switch {
	case d.id == "":
		f.nameless++
	case known:
		f.twice++
	default:
		f.messages[d.id] = d.sum()
	}
}

// compare says in one error all that is wrong.
func (f *found) compare(want Messages) error {
	missing, changed := 0, 0
	for id, sum := range want {
		got, ok := f.messages[id]
		switch {
		case !ok:
			missing++
		case got != sum:
			changed++
		}
	}
	unexpected := f.nameless
	for id := range f.messages {
		if _, ok := want[id]; !ok {
			unexpected++
		}
	}
	var wrong []string
	for _, count := range []struct {
		n    int
		what string
	}{{missing, "missing"}, {f.twice, "more than once"}, {changed, "changed"}, {unexpected, "unexpected"}} {
		if count.n > 0 {
			wrong = append(wrong, fmt.Sprintf("%d %s", count.n, count.what))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("of %d messages %s", len(want), strings.Join(wrong, ", "))
	}
	return nil
}
