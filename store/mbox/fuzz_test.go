package mbox_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"popfetch/store/durable"
	"popfetch/store/mbox"
	"popfetch/store/storetest"
)

// FuzzAppend delivers messages behind a file of any text that may be an mbox, dies in the middle of
// the next ones, is repaired, and delivers once more. A reader that shares no
// code with the writer then finds every message once, in their order, and what
// was in the file before is as it was.
//
// The messages stand between bytes 0xff. Of the batch that dies so many bytes
// reached the mbox, and behind them, as a power failure leaves them, so many
// zeros.
func FuzzAppend(f *testing.F) {
	join := func(messages ...string) []byte { return []byte(strings.Join(messages, "\xff")) }
	f.Add("", join(three...), join(three...), uint16(0), uint16(0))
	f.Add("", join("", "\r\n", "From "), join("From \r\n>From x", ">", ""), uint16(50), uint16(7))
	f.Add(former, join(), join(three...), uint16(700), uint16(0))
	f.Add("no mbox\nFrom me", join("a"), join("b"), uint16(30), uint16(60))
	f.Add("From nobody\nFrom me", join("a"), join("\x00\x00", "Return-Path: <a@b>\r\n\r\n\r\n"), uint16(30), uint16(60))
	f.Add("\n", join("Return-Path: From \r\n"), join("\r\n\n\r"), uint16(65535), uint16(0))
	f.Fuzz(func(t *testing.T, before string, first, second []byte, reached, zeros uint16) {
		durable.TestOnlyHook = unsynced
		defer func() { durable.TestOnlyHook = nil }()
		w := newWorld(t)
		w.write(before)
		if m, err := mbox.Open(w.path, w.state, "work.spool", "id", nil); err != nil {
			if strings.HasPrefix(before, "From ") || before == "" || !errors.Is(err, mbox.ErrNotMbox) || w.read() != before {
				t.Errorf("Open: %v; the file was %q and is %q", err, before, w.read())
			}
			return
		} else {
			m.Close()
		}
		split := func(text []byte) []string { return strings.Split(string(text), "\xff") }
		w.must(w.deliver(split(first)...))
		w.keeps(before, split(first))

		whole := w.read()
		staged := w.stage(split(second)...)
		w.write(whole + crashed(whole, w.spool(), int(reached), int(zeros)))
		_, err := w.open().Repair(staged)
		w.must(err)
		w.keeps(before, slices.Concat(split(first), split(second)))

		w.must(w.deliver(split(first)...))
		w.keeps(before, slices.Concat(split(first), split(second), split(first)))
	})
}

// unsynced leaves out the syncs.
func unsynced(op durable.Op, do func() error) error {
	if op.Kind == durable.SyncFile || op.Kind == durable.SyncDir {
		return nil
	}
	return do()
}

// crashed is what a crash leaves of the block behind the text.
func crashed(text, spool string, reached, zeros int) string {
	block := separatorOf(text) + spool
	reached = min(reached, len(block))
	zeros = min(zeros, len(block)-reached)
	return block[:reached] + strings.Repeat("\x00", zeros)
}

// separatorOf ends the text with a blank line.
func separatorOf(text string) string {
	switch {
	case text == "", text == "\n", strings.HasSuffix(text, "\n\n"):
		return ""
	case strings.HasSuffix(text, "\n"):
		return "\n"
	}
	return "\n\n"
}

// keeps expects the text and then the messages.
func (w *world) keeps(before string, messages []string) {
	w.Helper()
	text := w.read()
	rest, found := strings.CutPrefix(text, before+separatorOf(before))
	if !found {
		w.Fatalf("the file was %q and now is %q", before, text)
	}
	got, err := storetest.ParseMbox([]byte(rest))
	if err != nil || len(got) != len(messages) {
		w.Fatalf("%d messages, not %d, in %q: %v", len(got), len(messages), rest, err)
	}
	for i, message := range messages {
		want := []byte(strings.ReplaceAll(message, "\r\n", "\n"))
		if len(want) > 0 && want[len(want)-1] != '\n' {
			want = append(want, '\n')
		}
		if !bytes.Equal(want, got[i]) {
			w.Fatalf("%q came back as %q", message, got[i])
		}
	}
	if entries, err := os.ReadDir(w.state.Path(".")); err != nil || len(entries) > 0 {
		w.Fatalf("left behind: %v, %v", entries, err)
	}
}
