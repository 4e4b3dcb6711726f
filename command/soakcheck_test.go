package command_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"popfetch/store/storetest"
)

// A soaked is an account of a soak, and what its server was sent.
type soaked struct {
	name, path   string
	mbox, delete bool

	sent  map[string]string // the name of a message by its text, as stored
	order []string          // the texts
}

// deliver puts messages into the maildrop: most as small as mail usually is,
// some so large that they take a while.
func (s *soak) deliver(a *soaked, n int) {
	s.Helper()
	for range n {
		s.messages++
		lines := s.random.IntN(100)
		if s.random.IntN(12) == 0 {
			lines = s.random.IntN(6000)
		}
		name := fmt.Sprint("message ", s.messages)
		text := fmt.Sprintf("Message-ID: <%d@example.org>\nSubject: %s\n\nFrom here\n.\n%s%s\n", s.messages, name,
			strings.Repeat("From time to time a line of some length.\n", lines), name)
		s.bytes += len(text)
		a.sent[text] = name
		a.order = append(a.order, text)
		s.server.Deliver(a.name, slices.Values([][]byte{[]byte(text)}))
	}
}

// check checks what is so after any run: nothing is in the mailbox twice or in
// part, and what the server has no more is there.
func (s *soak) check(a *soaked) error {
	safe := map[string]bool{}
	for text := range s.server.Messages(a.name) {
		safe[string(text)] = true
	}
	count, err := a.visible()
	if err != nil {
		return err
	}
	for text, n := range count {
		if n > 1 {
			return fmt.Errorf("%s is in the mailbox %d times", a.sent[text], n)
		}
		safe[text] = true
	}
	for _, text := range a.order {
		if !safe[text] {
			return fmt.Errorf("%s is neither on the server nor in the mailbox", a.sent[text])
		}
	}
	return nil
}

// visible counts how often each message is in the mailbox. An mbox may end with
// a part of what a program was writing when it was killed.
func (a *soaked) visible() (map[string]int, error) {
	count := map[string]int{}
	if !a.mbox {
		texts, err := storetest.ReadMaildir(a.path)
		for _, text := range texts {
			if a.sent[string(text)] == "" {
				return nil, fmt.Errorf("this is no message that was sent: %.200q", text)
			}
			count[string(text)]++
		}
		return count, err
	}
	whole, err := os.ReadFile(a.path)
	if errors.Is(err, os.ErrNotExist) {
		return count, nil
	}
	for part := range strings.SplitSeq(string(whole), "\n\nFrom ") {
		_, text, _ := strings.Cut(part, "\n") // the rest of the From_ line
		text = strings.TrimRight(strings.ReplaceAll(text, "\n>From ", "\nFrom "), "\n") + "\n"
		if a.sent[text] != "" {
			count[text]++
		}
	}
	return count, err
}

// checkAll checks what a run left that came to its end: all that was there when
// it began, and no part of anything.
func (s *soak) checkAll(a *soaked, wanted []string) error {
	texts, err := either(a.mbox, storetest.ReadMbox, storetest.ReadMaildir)(a.path)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, text := range texts {
		if a.sent[string(text)] == "" || there[string(text)] {
			return fmt.Errorf("no message that was sent, or one that is there twice: %.200q", text)
		}
		there[string(text)] = true
	}
	for _, text := range wanted {
		if !there[text] {
			return fmt.Errorf("%s is not fetched", a.sent[text])
		}
	}
	left, _ := s.server.Mailbox(a.name)
	if least := either(a.delete, 0, len(a.order)); left < least || left > least+len(a.order)-len(wanted) {
		return fmt.Errorf("%d messages are on the server, not %d", left, least)
	}
	for _, pattern := range []string{filepath.Join(a.path, "tmp", "*"), filepath.Join(s.home, "state", a.name+".spool.*"), a.path + ".lock*"} {
		if names, _ := filepath.Glob(pattern); len(names) > 0 {
			return fmt.Errorf("left behind: %v", names)
		}
	}
	return nil
}

// must demands that a check comes out well, once the server has done what it
// still had to do for a client that is dead.
func (s *soak) must(what string, check func() error) {
	s.Helper()
	var err error
	for range 100 {
		if err = check(); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.Fatalf("%s: %v", what, err)
}
