package fetch

import (
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// A flight is one turn-round between client and server, from the greeting to
// the last line that the client sends; those of the handshakes of TCP and TLS
// are not among them. Of each run these are the ones that are there at present:
//
//	greeting  the server speaks first, and its capabilities are asked for
//	CAPA      what it answers decides the mechanism
//	AUTH      the login, in one line; USER and PASS are two
//	list      CAPA, as it may be another one now, with UIDL and LIST at once
//	TOP       of what an earlier run kept, before it is deleted
//	RETR      as many at once as the window takes; it is filled again when half
//	          of it is answered, so that only a server that keeps all its answers
//	          back, as this one does, makes a turn of each window
//	DELE      all at once
//	QUIT      behind the last answer
//
// What follows the last of them, QUIT, is one more round trip only where
// something was deleted; otherwise nobody waits for it. Pop3d doesn't count it.

func TestFlights(t *testing.T) {
	atOnce := Rules{Delete: Delete{When: AtOnce}}
	for _, tc := range []struct {
		name  string
		rules Rules
		fresh int // messages
		user  bool
		want  int
	}{
		{"nothing new", Rules{}, 0, false, 4},                        // greeting, CAPA, AUTH, list
		{"nothing new, USER", Rules{}, 0, true, 5},                   // USER and PASS instead of AUTH
		{"nothing new, sizes", Rules{MaxSize: 1 << 20}, 0, false, 4}, // LIST goes with UIDL
		{"one new", Rules{}, 1, false, 5},                            // RETR too
		{"fifty new", Rules{}, 50, false, 5},                         // no more than for one
		{"two thousand new", Rules{}, 2000, false, 5},                // neither
		{"delete", atOnce, 0, false, 6},                              // TOP, DELE
		{"fetch, delete", atOnce, 50, false, 7},                      // TOP, RETR, DELE
	} {
		t.Run(tc.name, func(t *testing.T) {
			// With Settle, what belongs together is counted together,
			// however it is cut into packets.
			server := &pop3d.Server{Settle: 20 * time.Millisecond}
			if tc.user {
				server.Capabilities = []string{"USER", "UIDL", "TOP", "PIPELINING"}
			}
			r := newRigOn(t, server, message("old"))
			r.sync(1)
			r.drop.Add(messages(tc.fresh)...)
			r.rules = tc.rules
			r.sync(tc.fresh)
			session := lastSession(t, server)
			if session.Flights != tc.want {
				t.Errorf("%d flights, want %d: %.50q", session.Flights, tc.want, session.Commands[:min(10, len(session.Commands))])
			}
			if last := session.Commands[len(session.Commands)-1]; last != "QUIT" {
				t.Errorf("the session ended with %q", last)
			}
		})
	}
}

// lastSession returns the last session of a server, once that is over.
func lastSession(t *testing.T, server *pop3d.Server) pop3d.Session {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Microsecond) {
		sessions := server.Sessions()
		if len(sessions) == 0 {
			return pop3d.Session{}
		}
		if last := sessions[len(sessions)-1]; last.Ended {
			return last
		}
		if time.Now().After(deadline) {
			t.Fatal("the server doesn't end the session")
		}
	}
}
