package fetch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/turntest"
	"popfetch/store/ledger"
)

// FuzzSession has a server that says what the script says, and goes by the book
// where a turn is empty. Whatever that was, the mailbox and the ledger can be
// read afterwards, no message was deleted that isn't stored, and the next run,
// with a server that goes by the book, deletes none either.
//
// options are the mailbox, the rule of deletion, and whether sizes are asked.
func FuzzSession(f *testing.F) {
	good := turntest.Script()
	turn := func(n int, text string) []byte {
		return append(turntest.Script(make([]string, n+1)...), text...)
	}
	for options := range uint8(16) {
		f.Add(good, options)
	}
	const welcome, capa, login, listing, first, second, deletion, quit = 0, 1, 2, 4, 5, 6, 8, 11
	f.Add(turn(welcome, "-ERR [IN-USE] later\r\n"), uint8(0))
	f.Add(turn(welcome, "+OK <1.2@host>\r\n+OK\r\n"), uint8(0))
	f.Add(turn(capa, "-ERR\r\n"), uint8(0))
	f.Add(turn(capa, "+OK\r\nSASL SCRAM-SHA-1\r\nLOGIN-DELAY 99999999999\r\nX \x1b\r\n.\r\n"), uint8(1))
	f.Add(turn(login, "-ERR secret\r\n"), uint8(0))
	f.Add(turn(listing, "+OK\r\n1 a\r\n2 a\r\n3 \r\n4 \x00\r\x1b\r\n2147483647 %~#\r\n.\r\n"), uint8(0))
	f.Add(turn(listing, "+OK\r\n3 m1\r\n2 m2\r\n3 m1\r\n1 x\r\n.\r\n"), uint8(1))
	f.Add(turn(listing, "-ERR\r\n"), uint8(0))
	f.Add(turn(listing, "+OK\r\n.\r\n"), uint8(0))
	f.Add(turn(first, "-ERR [SYS/TEMP] \x1b[2J\r\n"), uint8(0))
	f.Add(turn(first, "+OK\r\nFrom a\n.\n\r\n..\r\n.\r\n"), uint8(1))
	f.Add(turn(first, "+OK\r\n.\r\n+OK\r\nMessage-ID: <x>\r\n\r\n.\r\n"), uint8(0))
	f.Add(turn(second, "+OK\r\nMessage-ID: <x>\r\n\r\nno end"), uint8(1))
	f.Add(turn(second, "what?\r\n"), uint8(0))
	f.Add(turn(deletion, "-ERR no\r\n"), uint8(0))
	f.Add(turn(quit, "-ERR [SYS/PERM] no\r\n"), uint8(1))
	f.Fuzz(func(t *testing.T, script []byte, options uint8) {
		s := &fuzzedSync{T: t, root: t.TempDir(), mbox: options&1 != 0}
		s.rules.Delete.When = []When{AtOnce, AtOnce, Owed, Never}[options>>1&3]
		if options&8 != 0 {
			s.rules.MaxSize = 1 << 20
		}
		odd := newTalker(turntest.Turns(script))
		report, err := s.run(odd)
		s.shown(report, err)
		s.checkDeleted(odd)
		if box := s.box(); report.New != len(box) {
			t.Errorf("%d new messages, and %d in the mailbox", report.New, len(box))
		}
		s.again()
	})
}

// A fuzzedSync is an account that is synced with talkers.
type fuzzedSync struct {
	*testing.T
	root  string
	mbox  bool
	rules Rules
}

// run is one run, on one connection that isn't dialled.
func (s *fuzzedSync) run(server *talker) (report Report, err error) {
	a, err := openAccount(s.root, s.mbox)
	if err != nil {
		s.Fatal(err)
	}
	defer a.close()
	j := jobFor("127.0.0.1:110", s.rules).askingOnce(s.Context())
	j.Server.Security = dial.None
	j.Ledger, j.Mailbox = a.ledger, a.box
	j.Note = func(format string, args ...any) { s.mustShow(fmt.Sprintf(format, args...)) }
	if err := j.repairPending(&report); err != nil {
		s.Fatal(err)
	}
	ctx := s.Context()
	session := &Session{Client: pop3.New(ctx, server.conn, &j.Client), unwatch: func() bool { return true }}
	session.cancel = func(error) {}
	defer session.Close()
	if err = session.enterTransaction(ctx, j); err == nil {
		err = j.syncMaildrop(ctx, session, &report)
	}
	if err != nil && session.assumed {
		j.forgetCapabilities()
	}
	for key := range a.ledger.All() {
		if strings.ContainsFunc(string(key), func(r rune) bool { return r <= ' ' || r > '~' }) {
			s.Errorf("the key %q", key)
		}
	}
	return report, err
}

// box returns the messages in the mailbox.
func (s *fuzzedSync) box() []string {
	texts, err := readBox(s.root, s.mbox)
	if err != nil {
		s.Fatal(err)
	}
	for i := range texts {
		texts[i] = endedLine(texts[i])
	}
	return texts
}

// endedLine is a text as it comes back from an mbox.
func endedLine(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// checkDeleted checks that what the server was told to delete was fetched in
// the same session and is in the mailbox.
func (s *fuzzedSync) checkDeleted(server *talker) {
	box := s.box()
	var retrieved, deleted []string
	for _, line := range server.conn.Lines {
		verb, number, _ := strings.Cut(line, " ")
		switch verb {
		case "RETR":
			retrieved = append(retrieved, number)
		case "DELE":
			if slices.Contains(deleted, number) || !slices.Contains(retrieved, number) {
				s.Errorf("%q deletes what was not fetched, or twice", server.conn.Lines)
			}
			deleted = append(deleted, number)
			text := endedLine(strings.ReplaceAll(server.given[number], "\r\n", "\n"))
			if server.inStep && !slices.Contains(box, text) {
				s.Errorf("%q deletes %q, and the mailbox has %q", server.conn.Lines, text, box)
			}
		}
	}
	if len(deleted) > len(box) || len(deleted) > 0 && s.rules.Delete.When != AtOnce {
		s.Errorf("%q deletes %d messages of %d", server.conn.Lines, len(deleted), len(box))
	}
}

// again syncs with a server that goes by the book. It may have to be told that
// it isn't what it said it was.
func (s *fuzzedSync) again() {
	s.rules = Rules{Delete: Delete{When: AtOnce}}
	known := s.headers()
	server := newTalker(func() string { return "" })
	if _, err := s.run(server); err != nil {
		server = newTalker(func() string { return "" })
		if _, err := s.run(server); err != nil {
			s.Fatalf("the next run: %v", err)
		}
	}
	box := s.box()
	for number := range server.deleted {
		text := textOf("m" + number)
		// A lying server may have shown the header of this message with
		// another body: nobody can tell.
		if !slices.Contains(box, stored([]byte(text))) && !known[digestsOf(text).Header] {
			s.Errorf("the next run deletes %q, and the mailbox has %q", text, box)
		}
	}
	if left := leftovers(s.root); len(left) > 0 {
		s.Errorf("left behind: %v", left)
	}
}

// headers are those that the ledger knows.
func (s *fuzzedSync) headers() map[ledger.HeaderDigest]bool {
	a, err := openAccount(s.root, s.mbox)
	if err != nil {
		s.Fatal(err)
	}
	defer a.close()
	known := map[ledger.HeaderDigest]bool{}
	for _, entry := range a.ledger.All() {
		known[entry.Digests.Header] = true
	}
	return known
}

// shown checks all that a person may be shown.
func (s *fuzzedSync) shown(report Report, err error) {
	if err != nil {
		s.mustShow(err.Error())
	}
	for _, failure := range report.Failed {
		s.mustShow(failure.Err.Error())
	}
	for skip := range report.Skipped.All() {
		s.mustShow(skip.Reason)
	}
}

func (s *fuzzedSync) mustShow(text string) {
	if strings.ContainsAny(text, "\r\n\x00\x1b") {
		s.Errorf("not fit to be shown: %q", text)
	}
}
