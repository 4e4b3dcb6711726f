package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"popfetch/store"
)

// A Subject is a mailbox to be tested, empty at first.
type Subject struct {
	// Open opens the mailbox for the ledger with that identity, as one run
	// does after the other. The suite closes what it opened before, or acts
	// as if the run had died.
	Open func(id string) (store.Mailbox, error)

	// Read returns the messages that mail programs see, in any order.
	Read func() ([][]byte, error)

	// MarkRead and DeleteAll are what a mail program does to all of them.
	MarkRead, DeleteAll func() error

	// Full lets the disk be full, with syscall.ENOSPC for whatever needs room,
	// or not full any more.
	Full func(full bool)

	// Root is the folder in which all the files of the mailbox lie.
	Root string

	// Litter returns the files that hold messages nobody sees.
	Litter func() ([]string, error)

	// EndsLines tells that a message that doesn't end with a newline gets one.
	EndsLines bool
}

// Run tests that a mailbox keeps the contract of store.Mailbox. Each test is
// given a subject of its own.
func Run(t *testing.T, subject func(t *testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, *suite){
		"EmptyBatch":         testEmptyBatch,
		"Many":               testMany,
		"OddBytes":           testOddBytes,
		"Large":              testLarge,
		"ReadError":          testReadError,
		"NoRoom":             testNoRoom,
		"Discard":            testDiscard,
		"Overlap":            testOverlap,
		"Modes":              testModes,
		"DiedBeforePublish":  testDiedBeforePublish,
		"DiedAfterPublish":   testDiedAfterPublish,
		"DiedWhileRecording": testDiedWhileRecording,
		"ReadMeanwhile":      testReadMeanwhile,
		"DeletedMeanwhile":   testDeletedMeanwhile,
		"NeverRecorded":      testNeverRecorded,
		"TwoLedgers":         testTwoLedgers,
		"OtherKind":          testOtherKind,
	} {
		t.Run(name, func(t *testing.T) { test(t, &suite{Subject: subject(t), t: t}) })
	}
}

// suite is one test with its subject. What fails in its methods ends the test.
type suite struct {
	Subject
	t *testing.T
}

// id is the identity of the ledger in all tests that need but one.
const id = "0123456789abcdef"

// openBox opens the mailbox for a run, and closes it when the test ends.
func (s *suite) openBox(id string) store.Mailbox {
	s.t.Helper()
	box, err := s.Open(id)
	s.mustSucceed(err)
	s.t.Cleanup(func() { box.Close() })
	return box
}

func (s *suite) mustSucceed(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// fillBatch begins a batch and appends the messages.
func (s *suite) fillBatch(box store.Mailbox, messages ...string) store.Batch {
	s.t.Helper()
	b, err := box.Begin()
	s.mustSucceed(err)
	for _, text := range messages {
		size, err := b.Append(strings.NewReader(text))
		s.mustSucceed(err)
		if want := len(toLF(text)); size != int64(want) {
			s.t.Errorf("Append(%.40q) returned the size %d, not %d", text, size, want)
		}
	}
	return b
}

// stageBatch fills a batch and stages it, and returns what the ledger has of it.
func (s *suite) stageBatch(box store.Mailbox, messages ...string) (store.Batch, []store.Staged) {
	s.t.Helper()
	b := s.fillBatch(box, messages...)
	places, err := b.Stage()
	s.mustSucceed(err)
	if len(places) != len(messages) {
		s.t.Fatalf("there are %d places for %d messages", len(places), len(messages))
	}
	var staged []store.Staged
	for _, place := range places {
		if strings.ContainsFunc(place, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			s.t.Errorf("the place %q has control characters", place)
		}
		staged = append(staged, store.Staged{Place: place, Time: time.Now()})
	}
	return b, staged
}

// repairAll opens the mailbox as the next run does, and expects that all that was
// staged is kept.
func (s *suite) repairAll(staged []store.Staged) {
	s.t.Helper()
	kept, err := s.openBox(id).Repair(staged)
	s.mustSucceed(err)
	if len(kept) != len(staged) || slices.Contains(kept, false) {
		s.t.Errorf("Repair kept %v of %d staged messages", kept, len(staged))
	}
}

// expectMessages expects that mail programs see these messages, and that no others lie
// around.
func (s *suite) expectMessages(messages ...string) {
	s.t.Helper()
	read, err := s.Read()
	s.mustSucceed(err)
	var got, want []string
	for _, text := range read {
		got = append(got, string(text))
	}
	for _, text := range messages {
		want = append(want, s.storedText(text))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("the mailbox has %d messages, not the %d expected:\n%.300q\n%.300q", len(got), len(want), got, want)
	}
	litter, err := s.Litter()
	s.mustSucceed(err)
	if len(litter) > 0 {
		s.t.Errorf("left behind: %q", litter)
	}
}

// storedText returns the message as it is to be read back.
func (s *suite) storedText(text string) string {
	text = toLF(text)
	if s.EndsLines && text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

func toLF(text string) string {
	return string(bytes.ReplaceAll([]byte(text), []byte("\r\n"), []byte("\n")))
}

// makeMail returns n messages, all different.
func makeMail(n int) (messages []string) {
	for i := range n {
		messages = append(messages, fmt.Sprintf("Return-Path: <me%d@example.org>\r\nSubject: %d\r\n\r\nText.\r\n", i, i))
	}
	return messages
}
