package ledger

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"popfetch/store/durable"
)

// FuzzJournal writes records of any kind about any UID, and then cuts the file
// somewhere, or changes one byte of it. Cut, it says what its whole lines said
// when they were written, and can be appended to. With another byte it is an
// error that names the line, but for the end of the last line, without which
// that is one that a crash cut short.
func FuzzJournal(f *testing.F) {
	f.Add([]byte("\x00\x01\x01\x07a\xff\x01\x01\x01\x07a\xff\x04\x01\x01\x00a"), uint16(60), byte(1))
	f.Add([]byte("\x03\x02\x00\x03-ERR n\xc3\xb6\r\n#00000000 %zz \x00\xff\x0b\x00\x00\x02\xff\x01\x01\x00\x00%~#"), uint16(99), byte('\n'))
	f.Add([]byte("\x09\x00\x00\x000 pop.example.org:995\nSASL\xff\x0a\x00\x01\x80\xff\x0c\x00\x00\x45gone\xff\x07\x01\x01\x01"), uint16(65535), byte(' '))
	f.Add([]byte(""), uint16(17), byte(0x20))
	f.Fuzz(func(t *testing.T, script []byte, at uint16, change byte) {
		if len(script) > 16<<10 {
			return // no server has such lines
		}
		durable.TestOnlyHook = unsynced
		defer func() { durable.TestOnlyHook = nil }()
		j := &journal{T: t, state: openDir(t)}
		j.write(script)
		place := int(at) % len(j.text)
		j.cut(place)
		if change != 0 {
			j.flip(place, change)
		}
	})
}

// A journal is the text of a ledger, and what was known behind each of its
// lines.
type journal struct {
	*testing.T
	state *durable.Dir
	text  []byte
	after []known
}

func (j *journal) write(script []byte) {
	l, err := Open(j.state, "work", 0)
	if err != nil {
		j.Fatal(err)
	}
	defer l.Close()
	j.note(l)
	for part := range bytes.SplitSeq(script, []byte{0xff}) {
		if len(part) >= 4 {
			appendAll(j.T, l, recordOf(part))
			j.note(l)
		}
	}
}

// note takes note of what the ledger knows. Of two lines written together the
// first tells nothing: it says that something begins.
func (j *journal) note(l *Ledger) {
	text, err := os.ReadFile(j.state.Path("work.ledger"))
	if err != nil {
		j.Fatal(err)
	}
	for lines := bytes.Count(text, []byte("\n")); len(j.after) < lines-1; {
		j.after = append(j.after, j.after[len(j.after)-1])
	}
	j.text, j.after = text, append(j.after, l.known())
}

// recordOf makes a record of four bytes and a text.
func recordOf(part []byte) Record {
	r := Record{
		Kind:       kinds[int(part[0])%len(kinds)],
		Time:       time.Now().Truncate(time.Second).Add(-time.Duration(part[1]) * time.Hour),
		StoredSize: int64(int8(part[2])) << 20,
		Count:      int(int8(part[3])),
		Text:       string(part[4:]),
	}
	r.Digests.Content[part[2]%16] = part[3]
	r.Key = MakeKey(strings.Repeat("u", int(part[2]%3))+r.Text, int(part[3]%3))
	return r
}

// load writes the text and opens it as a ledger.
func (j *journal) load(text []byte) (*Ledger, error) {
	l, err := load(j.T, j.state, text)
	if err == nil {
		j.Cleanup(func() { l.Close() })
	}
	return l, err
}

func (j *journal) cut(place int) {
	l, err := j.load(j.text[:place:place])
	lines := bytes.Count(j.text[:place], []byte("\n"))
	if lines == 0 {
		mustBeDamaged(j.T, err, 1)
		return
	}
	if err != nil {
		j.Fatalf("cut at %d: %v", place, err)
	}
	if d := diff(j.after[lines-1], l.known()); d != "" {
		j.Fatalf("cut at %d: %s", place, d)
	}
	appendAll(j.T, l, samples...)
	l.Close()
	again, err := Read(j.state, "work")
	if err != nil || diff(l.known(), again.known()) != "" {
		j.Fatalf("cut at %d and appended to: %v", place, err)
	}
}

func (j *journal) flip(place int, change byte) {
	text := bytes.Clone(j.text)
	text[place] ^= change
	l, err := j.load(text)
	line := bytes.Count(j.text[:place], []byte("\n")) + 1
	switch {
	case line == 1 && errors.As(err, new(*VersionError)):
	case place == len(text)-1 && line > 1:
		if err != nil || diff(j.after[line-2], l.known()) != "" {
			j.Fatalf("without the end of the last line: %v", err)
		}
	default:
		mustBeDamaged(j.T, err, line)
		if kept, _ := os.ReadFile(j.state.Path("work.ledger")); !bytes.Equal(kept, text) {
			j.Error("the damaged ledger was changed")
		}
	}
}
