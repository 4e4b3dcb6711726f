package command_test

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/fetch/pop3/pop3d/fault"
)

// corpusSeed makes every story's corpus the same.
const corpusSeed = 1

// serve starts the server and tells the script where it is.
func (s *story) serve(ts *testscript.TestScript, args []string) {
	o := offer{mechanisms: args, provider: s.provider}
	if slices.Contains(args, "external") {
		o.clientCA = s.clientCertificate(ts)
	}
	s.server = s.start(o)
	s.delivered = map[string][][]byte{}
	at := s.server.where()
	for name, address := range map[string]string{"POP3S": at.pop3s, "POP3": at.pop3} {
		_, port, err := net.SplitHostPort(address)
		ts.Check(err)
		ts.Setenv(name, address)
		ts.Setenv("PORT_"+name, port)
	}
	ts.Setenv("CA", at.caFile)
	ts.Setenv("FINGERPRINT", at.fingerprint)
}

// user makes a user of the server.
func (s *story) user(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, 2, "user NAME PASSWORD")
	s.server.addUser(args[0], args[1])
}

// deliver puts mail into a maildrop, and remembers how the server sends it.
func (s *story) deliver(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, -1, "deliver NAME FILE… or deliver NAME corpus N or deliver NAME odd")
	name := args[0]
	before := len(s.server.uids(name))
	s.server.deliver(name, mail(ts, args[1], args[2:]))
	s.delivered[name] = append(s.delivered[name], s.server.texts(name, before)...)
}

// mail makes the messages that the script asks for: those of a corpus, those
// with odd bytes, or files.
func mail(ts *testscript.TestScript, first string, rest []string) (messages [][]byte) {
	switch first {
	case "corpus":
		wantArgs(ts, rest, 1, 1, "deliver NAME corpus N")
		n, err := strconv.Atoi(rest[0])
		ts.Check(err)
		return slices.Collect(fault.Corpus(corpusSeed, n))
	case "odd":
		for _, message := range fault.OddBytes() {
			// Dovecot 2.3 doesn't double a dot that is the first byte of all.
			if !bytes.HasPrefix(message, []byte(".")) {
				messages = append(messages, message)
			}
		}
		return messages
	}
	for _, file := range append([]string{first}, rest...) {
		messages = append(messages, toWire([]byte(ts.ReadFile(file))))
	}
	return messages
}

// toWire gives the lines of a file of a story the ends that mail has.
func toWire(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) }

// served demands so many messages in a maildrop.
func (s *story) served(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, 2, "served NAME COUNT")
	if left := len(s.server.uids(args[0])); strconv.Itoa(left) != args[1] {
		ts.Fatalf("there are %d messages on the server, not %s", left, args[1])
	}
}

// uids tells the script the UIDs in a maildrop, as UID1, UID2 and so on.
func (s *story) uids(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, 1, "uids NAME")
	for i, uid := range s.server.uids(args[0]) {
		ts.Setenv(fmt.Sprintf("UID%d", i+1), uid)
	}
}
