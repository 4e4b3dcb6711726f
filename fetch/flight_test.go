package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/testdata/bench/faraway"
)

// A flight is one turn-round between client and server, from the greeting to
// the last line that the client sends; those of the handshakes of TCP and TLS
// are not among them. Of each run these are the ones that are there at present:
//
//	greeting  the server speaks first, and its capabilities are asked for
//	CAPA      what it answers decides the mechanism; left out where an earlier
//	          run remembers it, as in all of these but the very first
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
		{"nothing new", Rules{}, 0, false, 3},                        // greeting, AUTH, list
		{"nothing new, USER", Rules{}, 0, true, 4},                   // USER and PASS instead of AUTH
		{"nothing new, sizes", Rules{MaxSize: 1 << 20}, 0, false, 3}, // none are asked for
		{"one new", Rules{}, 1, false, 4},                            // RETR too
		{"fifty new", Rules{}, 50, false, 4},                         // no more than for one
		{"two thousand new", Rules{}, 2000, false, 4},                // neither
		{"delete", atOnce, 0, false, 5},                              // TOP, DELE
		{"fetch, delete", atOnce, 50, false, 6},                      // TOP, RETR, DELE
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
			// CAPA and RETR are one more each.
			if got := lastSession(t, server).Flights; got != flightsOf(tc.user)+2 {
				t.Errorf("%d flights with a server that isn't known", got)
			}
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

// TestRoundTrips counts all that there is to wait for from connect to exit, TLS
// included and TCP not, with a server that isn't known and then with one that
// is. TLS 1.3 and the greeting are two, as the greeting comes in another one.
func TestRoundTrips(t *testing.T) {
	if testing.Short() {
		t.Skip("its waits are real")
	}
	const poll, known = 5, 4 // the others are CAPA if it isn't known, login, and list
	for _, tc := range []struct {
		fresh int // messages
		trips int
	}{{0, 0}, {1, 1}, {100, 1}, {1500, 1}} {
		t.Run(fmt.Sprint(tc.fresh), func(t *testing.T) {
			server := &pop3d.Server{Implicit: true}
			trust := certified(t, server)
			r := newRigOn(t, server)
			proxy, err := faraway.Start("127.0.0.1:0", server.Addr(), 100*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			defer proxy.Close()
			for i, want := range []int{poll, known} {
				for n := range tc.fresh {
					r.drop.Add(message(fmt.Sprintf("m%d-%d", i, n)))
				}
				j := jobFor(proxy.Addr(), r.rules)
				j.Server.Security, j.Server.TLS = dial.Implicit, trust
				report, err := r.runJob(t.Context(), j)
				if err != nil || report.New != tc.fresh {
					t.Fatalf("%+v, %v", report, err)
				}
				lastSession(t, server)
				if got := proxy.RoundTrips(); got != want+tc.trips {
					t.Errorf("run %d took %d round trips, want %d", i+1, got, want+tc.trips)
				}
			}
		})
	}
}

// certified gives the server a certificate, and returns what trusts it.
func certified(t *testing.T, server *pop3d.Server) dial.TLS {
	t.Helper()
	certificate, authority, err := pop3d.Certificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	trust := dial.TLS{Roots: x509.NewCertPool()}
	trust.Roots.AppendCertsFromPEM(authority)
	return trust
}

// lastSession returns the last session of a server, once that is over.
func lastSession(t testing.TB, server *pop3d.Server) pop3d.Session {
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

// flightsOf are the greeting, the login and the list.
func flightsOf(user bool) int {
	if user {
		return 4
	}
	return 3
}
