package pop3d_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestPipelining writes thousands of commands before it reads an answer: more
// than pipes hold, but no more than the server reads ahead.
func TestPipelining(t *testing.T) {
	const n = 1000
	s := &pop3d.Server{Users: map[string]pop3d.User{"me": {"a secret", pop3d.NewMaildrop()}}}
	for i := range n {
		s.Users["me"].Maildrop.Add(pop3d.Message{Body: []byte(strings.Repeat("x", 1000) + fmt.Sprintf("%d\r\n", i))})
	}
	client := secure(t, s)
	start(t, s)
	near, far := net.Pipe()
	go func() { _ = s.ServeConn(far) }()
	peers := map[string]*peer{"pipe": newPeer(t, near), "TCP": dial(t, s), "TLS": dial(t, s)}
	for _, name := range []string{"pipe", "TCP", "TLS"} {
		p := peers[name]
		p.expect("+OK pop3d is ready")
		if name == "TLS" {
			p.talk("C: STLS\nS: +OK begin TLS")
			p.encrypt(client)
		}
		var commands strings.Builder
		for i := range n {
			fmt.Fprintf(&commands, "RETR %d\r\n", i+1)
		}
		p.send("USER me\r\nPASS a secret\r\n" + commands.String() + "QUIT\r\n")
		p.talk("S: +OK and the password?\nS: +OK 1000 messages")
		for i := range n {
			p.expect(fmt.Sprintf("+OK %d octets", 1000+2+len(fmt.Sprint(i))))
			p.expect(fmt.Sprintf("%s%d", strings.Repeat("x", 1000), i))
			p.expect(".")
		}
		p.expect("+OK bye")
		p.expectEnd()
	}
}

// TestAnswersLeaveTogether wants the answers to one burst in one packet.
func TestAnswersLeaveTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(pop3d.Server)
		near, far := net.Pipe()
		go func() { _ = s.ServeConn(far) }()
		p := newPeer(t, near)
		p.expect("+OK pop3d is ready")
		p.send("NOOP\r\nUSER x\r\nQUIT\r\n")
		synctest.Wait()
		buffer := make([]byte, 1000)
		n, err := near.Read(buffer)
		want := "-ERR log in first\r\n+OK and the password?\r\n+OK bye\r\n"
		if got := string(buffer[:n]); err != nil || got != want {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// flights is how often a server has waited for a client that does this.
func flights(t *testing.T, s *pop3d.Server, client func(p *peer)) int {
	t.Helper()
	near, far := net.Pipe()
	done := make(chan error)
	go func() { done <- s.ServeConn(far) }()
	client(newPeer(t, near))
	near.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	sessions := s.Sessions()
	return sessions[len(sessions)-1].Flights
}

func TestFlights(t *testing.T) {
	users := map[string]pop3d.User{"me": {"a secret", pop3d.NewMaildrop(fault.Large("1", 1000), fault.Large("2", 100_000))}}
	const (
		login = "USER me\r\nPASS a secret\r\n"
		list  = "STAT\r\nUIDL\r\nLIST\r\n"
		fetch = "RETR 1\r\nRETR 2\r\nDELE 1\r\nDELE 2\r\n"
	)
	for name, test := range map[string]struct {
		client func(*peer)
		want   int
	}{
		"nothing sent": {func(p *peer) { p.answers(1) }, 0},
		"quit":         {func(p *peer) { p.answers(1); p.send("QUIT\r\n"); p.answers(1) }, 1},
		"one by one": {func(p *peer) {
			p.answers(1)
			for command := range strings.Lines("USER me\nPASS a secret\nSTAT\nNOOP\nQUIT\n") {
				p.send(command)
				p.answers(1)
			}
		}, 5},
		"in bursts": {func(p *peer) {
			p.answers(1)
			for _, burst := range []string{login, list, fetch + "QUIT\r\n"} {
				p.send(burst)
				p.swallow()
			}
		}, 3},
		"with a challenge": {func(p *peer) { p.answers(1); p.send("AUTH PLAIN\r\n"); p.answers(1); p.send("*\r\n"); p.answers(1) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := flights(t, &pop3d.Server{Users: users}, test.client); got != test.want {
					t.Errorf("%d flights, want %d", got, test.want)
				}
			})
		})
	}
}

// TestFlightsUnderTLS counts what can't depend on how the last turn of the
// handshake and the first command come together.
func TestFlightsUnderTLS(t *testing.T) {
	s := new(pop3d.Server)
	client := secure(t, s)
	start(t, s)
	for range 20 {
		p := dial(t, s)
		p.talk("S: +OK pop3d is ready\nC: STLS\nS: +OK begin TLS")
		p.encrypt(client)
		p.talk("C: NOOP\nS: -ERR log in first\nC: QUIT\nS: +OK bye")
		p.expectEnd()
	}
	for _, session := range s.Sessions() {
		if session.Flights != 3 { // greeting to STLS, +OK to handshake, NOOP to QUIT
			t.Errorf("session %d took %d flights, want 3", session.Number, session.Flights)
		}
	}
}

// answers reads so many lines.
func (p *peer) answers(n int) {
	p.t.Helper()
	for range n {
		if _, err := p.r.ReadString('\n'); err != nil {
			p.t.Fatal(err)
		}
	}
}

// swallow reads what comes within a second.
func (p *peer) swallow() {
	_ = p.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(io.Discard, p.r)
	_ = p.SetDeadline(time.Now().Add(patience))
}

// TestSettle sends one burst in three pieces, and waits for no answer.
func TestSettle(t *testing.T) {
	for settle, want := range map[time.Duration]int{0: 4, time.Second: 2} {
		t.Run(settle.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := flights(t, &pop3d.Server{Settle: settle}, func(p *peer) {
					go func() { _, _ = io.Copy(io.Discard, p.r) }()
					for _, pause := range []time.Duration{2 * time.Second, time.Millisecond, time.Millisecond, 2 * time.Second} {
						time.Sleep(pause)
						p.send("NOOP\r\n")
						synctest.Wait()
					}
				})
				if got != want {
					t.Errorf("%d flights, want %d", got, want)
				}
			})
		})
	}
}

func TestSessions(t *testing.T) {
	s := start(t, new(pop3d.Server))
	p := login(t, s)
	p.talk("C: noop\nS: +OK\nC: x y  z\nS: -ERR unknown command")
	dial(t, s).expect("+OK pop3d is ready")
	sessions := s.Sessions()
	if len(sessions) != 2 || s.Connections() != 2 {
		t.Fatalf("%d sessions, %d connections", len(sessions), s.Connections())
	}
	got := fmt.Sprintf("%+v", sessions[0])
	want := `{Number:1 User:me TLS:false Ended:false Commands:[USER me PASS a secret noop x y  z] Flights:4}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	s = start(t, &pop3d.Server{Unrecorded: true})
	login(t, s)
	if session := s.Sessions()[0]; session.Commands != nil || session.Flights != 2 {
		t.Errorf("unrecorded: %+v", session)
	}
}
