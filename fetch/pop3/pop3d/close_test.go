package pop3d_test

import (
	"crypto/tls"
	"errors"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

func TestServeErrors(t *testing.T) {
	s := &pop3d.Server{Implicit: true}
	if err := s.Start(); !errors.Is(err, pop3d.ErrNoCertificate) {
		t.Errorf("Start without a certificate: %v", err)
	}
	near, far := net.Pipe()
	defer near.Close()
	if err := s.ServeConn(far); !errors.Is(err, pop3d.ErrNoCertificate) {
		t.Errorf("ServeConn without a certificate: %v", err)
	}
	s = new(pop3d.Server)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := s.Serve(l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve on a closed listener: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := s.Start(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Start after Close: %v", err)
	}
	if err := s.Serve(l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve after Close: %v", err)
	}
}

func TestServeUntilClose(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := new(pop3d.Server)
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(t, conn)
	p.expect("+OK pop3d is ready")
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	p.expectEnd()
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

// TestClose closes the server while its sessions are stuck in every place
// where one can be.
func TestClose(t *testing.T) {
	s := &pop3d.Server{Shared: true, Intercept: fault.Chain(
		fault.When(fault.All(fault.InSession(1), fault.Verb("NOOP")), fault.Stall()),
		fault.When(fault.All(fault.InSession(2), fault.Verb("NOOP")), fault.Delay(time.Hour)),
		fault.When(fault.All(fault.InSession(3), fault.Verb("NOOP")), fault.Endless("+OK ", "x")),
		fault.When(fault.All(fault.InSession(4), fault.Verb("NOOP")), fault.Slowly(time.Hour)),
	)}
	client := secure(t, s)
	startFaraway(t, s, time.Millisecond)
	for range 4 {
		login(t, s).send("NOOP\r\n" + strings.Repeat("STAT\r\n", 2*pop3d.MaxQueue))
	}
	stick(t, s, client)

	began := time.Now()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if took := time.Since(began); took > patience/2 {
		t.Errorf("Close took %v", took)
	}
	expectNoGoroutine(t)
	for _, session := range s.Sessions() {
		if !session.Ended {
			t.Errorf("session %d goes on", session.Number)
		}
	}
}

// stick leaves sessions waiting for the client.
func stick(t *testing.T, s *pop3d.Server, client *tls.Config) {
	t.Helper()
	dial(t, s) // goes before the greeting
	p := dial(t, s)
	p.talk("S: +OK pop3d is ready\nC: STLS\nS: +OK begin TLS") // and no handshake
	p = dial(t, s)
	p.talk("S: +OK pop3d is ready\nC: AUTH PLAIN")
	p.expect("+ ")
	p = dial(t, s)
	p.talk("S: +OK pop3d is ready\nC: STLS\nS: +OK begin TLS")
	p.encrypt(client)
	p.send("USER me\r\nPASS a secret\r\n" + strings.Repeat("UIDL\r\n", 2*pop3d.MaxQueue))
}

// expectNoGoroutine checks that nothing of the server runs. A goroutine that
// has said that it is over may take a moment to be gone.
func expectNoGoroutine(t *testing.T) {
	t.Helper()
	var stacks string
	for range 100 {
		buffer := make([]byte, 1<<20)
		stacks = string(buffer[:runtime.Stack(buffer, true)])
		stacks = stacks[strings.Index(stacks, "\n\n"):] // the first is our own
		if !strings.Contains(stacks, "pop3d.(*") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("left running:\n%s", stacks)
}
