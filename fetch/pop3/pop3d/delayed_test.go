package pop3d_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A pipeListener accepts the ends of pipes, so that time can be made up.
type pipeListener struct {
	conns chan net.Conn
}

func newPipeListener() *pipeListener { return &pipeListener{make(chan net.Conn, 1)} }

func (l *pipeListener) Accept() (net.Conn, error) {
	conn, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *pipeListener) Close() error {
	close(l.conns)
	return nil
}

func (l *pipeListener) Addr() net.Addr { return nil }

func (l *pipeListener) dial(t testing.TB) *peer {
	near, far := net.Pipe()
	l.conns <- far
	return newPeer(t, near)
}

// faraway serves in a bubble, with a round-trip time.
func faraway(t *testing.T, s *pop3d.Server, rtt time.Duration, client func(t *testing.T, l *pipeListener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		go func() { _ = s.Serve(fault.Delayed(l, rtt)) }()
		client(t, l)
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

// startFaraway starts the server with a round-trip time.
func startFaraway(t testing.TB, s *pop3d.Server, rtt time.Duration) *pop3d.Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return started(t, s, func(s *pop3d.Server) error { return s.StartOn(fault.Delayed(l, rtt)) })
}

// expectTook checks the time since began.
func expectTook(t *testing.T, what string, began time.Time, want time.Duration) {
	t.Helper()
	if took := time.Since(began); took != want {
		t.Errorf("%s took %v, want %v", what, took, want)
	}
}

func TestDelayed(t *testing.T) {
	const rtt = 100 * time.Millisecond
	faraway(t, new(pop3d.Server), rtt, func(t *testing.T, l *pipeListener) {
		began := time.Now()
		p := l.dial(t)
		p.expect("+OK pop3d is ready")
		expectTook(t, "connecting", began, 2*rtt)

		began = time.Now()
		for range 10 {
			p.talk("C: NOOP\nS: -ERR log in first")
		}
		expectTook(t, "ten commands", began, 10*rtt)

		began = time.Now()
		p.send(strings.Repeat("NOOP\r\n", 1000))
		for range 1000 {
			p.expect("-ERR log in first")
		}
		expectTook(t, "a thousand at once", began, rtt)

		began = time.Now()
		p.send("QUIT\r\n")
		p.expect("+OK bye")
		p.expectEnd()
		expectTook(t, "QUIT", began, rtt)
	})
}

// TestDelayedThroughput fetches 64 MB while 8 MB can be under way.
func TestDelayedThroughput(t *testing.T) {
	const rtt = 100 * time.Millisecond
	users := map[string]pop3d.User{"me": {"", pop3d.NewMaildrop(fault.Large("big", 64<<20))}}
	faraway(t, &pop3d.Server{Users: users}, rtt, func(t *testing.T, l *pipeListener) {
		p := l.dial(t)
		p.send("USER me\r\nPASS \r\nRETR 1\r\nQUIT\r\n")
		p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK 1 messages\nS: +OK 67108864 octets")
		began := time.Now()
		n, err := io.Copy(io.Discard, p.r)
		if n < 64<<20 || err != nil {
			t.Errorf("got %d bytes, %v", n, err)
		}
		if took := time.Since(began); took > 64/8*rtt/2 {
			t.Errorf("took %v", took)
		}
	})
}

func TestDelayedClientLeaves(t *testing.T) {
	s := new(pop3d.Server)
	faraway(t, s, time.Second, func(t *testing.T, l *pipeListener) {
		p := l.dial(t)
		p.expect("+OK pop3d is ready")
		p.Close()
		time.Sleep(time.Second)
		synctest.Wait()
		if !sessionEnded(s, 0) {
			t.Error("the server hasn't noticed after a round trip")
		}
	})
}

// TestDelayedClientDoesNotRead closes a connection that is full.
func TestDelayedClientDoesNotRead(t *testing.T) {
	const lastWords = 5 * time.Second // such a client can delay the end by
	s := &pop3d.Server{Intercept: fault.Chain(
		fault.When(fault.InSession(1), fault.Send(strings.Repeat("x", 1<<20)), fault.HangUp()),
		fault.When(fault.InSession(2), fault.Endless("", "x")),
	), Idle: time.Minute}
	faraway(t, s, time.Second, func(t *testing.T, l *pipeListener) {
		began := time.Now()
		l.dial(t)
		l.dial(t)
		for i, most := range []time.Duration{2*time.Second + lastWords, time.Minute + 2*time.Second + lastWords} {
			for !sessionEnded(s, i) {
				time.Sleep(100 * time.Millisecond)
			}
			if took := time.Since(began); took > most {
				t.Errorf("session %d took %v", i+1, took)
			}
		}
	})
}

// sessionEnded says whether there was a session i, counted from 0, and is no more.
func sessionEnded(s *pop3d.Server, i int) bool {
	sessions := s.Sessions()
	return len(sessions) > i && sessions[i].Ended
}

func TestDelayedAddresses(t *testing.T) {
	s := startFaraway(t, new(pop3d.Server), time.Millisecond)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client := dial(t, s)
	client.expect("+OK pop3d is ready")
	go func() {
		if conn, err := net.Dial("tcp", l.Addr().String()); err == nil {
			conn.Close()
		}
	}()
	conn, err := fault.Delayed(l, time.Millisecond).Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if conn.LocalAddr().String() != l.Addr().String() || conn.RemoteAddr().Network() != "tcp" {
		t.Errorf("addresses %v, %v", conn.LocalAddr(), conn.RemoteAddr())
	}
}
