package command_test

import (
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/config/oauth/oauthtest"
)

// A server is one that a story can be about. Its methods end the test when
// something is wrong with the server itself.
type server interface {
	// where tells how the server is reached.
	where() address
	// addUser makes a user with an empty maildrop, or changes the password.
	addUser(name, password string)
	// deliver puts messages into a user's maildrop.
	deliver(name string, messages [][]byte)
	// uids are those in a user's maildrop, in the order of the listing.
	uids(name string) []string
	// texts are the messages of a user's maildrop from the given index on, as
	// they are on the wire, without the dots that POP3 adds.
	texts(name string, from int) [][]byte
}

// An offer is what a server is to let people log in by: these mechanisms, or
// else by what it has anyway.
type offer struct {
	mechanisms []string          // as an account names them
	provider   *oauthtest.Server // who knows whose a token is; nil without one
	clientCA   []byte            // who signs the certificates of users, PEM; nil without
}

// An address tells how a server is reached: host and port of POP3S, those of
// POP3 with STLS, and the certificate's authority and fingerprint.
type address struct{ pop3s, pop3, caFile, fingerprint string }

// A story is what the commands of one script know of each other.
type story struct {
	t         testing.TB
	start     func(offer) server
	provider  *oauthtest.Server // nil without one
	server    server
	delivered map[string][][]byte // by user: every message, as the server sends it
	tree      []string            // how all files were at the snapshot
	signalled *exec.Cmd
	letterbox *letterbox // nil without one
}

type storyKey struct{}

// scriptCommand makes a command for scripts that can't be negated.
func scriptCommand(do func(*story, *testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("this command takes no !")
		}
		do(ts.Value(storyKey{}).(*story), ts, args)
	}
}

// wantArgs ends the script unless it gives a command from least to most
// arguments; most -1 is no bound.
func wantArgs(ts *testscript.TestScript, args []string, least, most int, usage string) {
	if len(args) < least || most >= 0 && len(args) > most {
		ts.Fatalf("usage: %s", usage)
	}
}
