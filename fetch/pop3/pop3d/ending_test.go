package pop3d_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestEndings are faults that end the connection.
func TestEndings(t *testing.T) {
	for name, test := range map[string]struct {
		fault pop3d.Intercept
		send  string
		want  string
	}{
		"cut at a command":       {fault.When(fault.Verb("UIDL"), fault.Cut()), "STAT\r\nUIDL\r\n", "+OK 2 50\r\n"},
		"hang up":                {fault.When(fault.Verb("UIDL"), fault.HangUp()), "STAT\r\nUIDL\r\n", "+OK 2 50\r\n"},
		"cut after a command":    {fault.When(fault.Verb("UIDL"), fault.CarryOut(), fault.Cut()), "UIDL\r\nSTAT\r\n", "+OK\r\n1 one\r\n2 two\r\n.\r\n"},
		"cut at once":            {fault.When(fault.Verb("RETR"), fault.CutBody(0)), "RETR 2\r\n", "+OK 29 octets\r\n"},
		"cut in the header":      {fault.When(fault.Verb("RETR"), fault.CutBody(5)), "RETR 2\r\n", "+OK 29 octets\r\nSubje"},
		"cut between dots":       {fault.When(fault.Verb("RETR"), fault.CutBody(15)), "RETR 2\r\n", "+OK 29 octets\r\nSubject: 2\r\n\r\n."},
		"cut before the dot":     {fault.When(fault.Verb("RETR"), fault.CutBody(31)), "RETR 2\r\n", "+OK 29 octets\r\nSubject: 2\r\n\r\n..dot\r\n..\r\nlast\r\n"},
		"cut after the dot":      {fault.When(fault.Verb("RETR"), fault.CutBody(34)), "RETR 1\r\nRETR 3\r\nQUIT\r\n", "+OK 21 octets\r\nSubject: 1\r\n\r\nfirst\r\n.\r\n-ERR no such message\r\n+OK bye\r\n"},
		"cut, a byte at a time":  {fault.When(fault.Verb("RETR"), fault.CutBody(3), fault.Slowly(time.Millisecond)), "RETR 1\r\n", "+OK 21 octets\r\nSub"},
		"no harm after the end":  {fault.When(fault.Verb("NOOP"), fault.Cut(), fault.Answer("not seen")), "NOOP\r\n", ""},
		"cut in the second body": {fault.When(fault.Nth(2, fault.Verb("RETR")), fault.CutBody(1)), "RETR 1\r\nRETR 1\r\n", "+OK 21 octets\r\nSubject: 1\r\n\r\nfirst\r\n.\r\n+OK 21 octets\r\nS"},
	} {
		t.Run(name, func(t *testing.T) {
			p := login(t, start(t, &pop3d.Server{Intercept: test.fault}))
			p.send(test.send)
			if got := p.expectEnd(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestGreetings(t *testing.T) {
	s := start(t, &pop3d.Server{Intercept: fault.When(fault.Verb(pop3d.Greeting), fault.Refuse("[SYS/TEMP] too many"), fault.HangUp())})
	if got := dial(t, s).expectEnd(); got != "-ERR [SYS/TEMP] too many\r\n" {
		t.Errorf("got %q", got)
	}
	s.SetIntercept(fault.When(fault.Verb(pop3d.Greeting), fault.Cut()))
	if got := dial(t, s).expectEnd(); got != "" {
		t.Errorf("got %q", got)
	}
	s.SetIntercept(fault.When(fault.Verb(pop3d.Greeting), fault.Answer("220 mail.example.org ESMTP")))
	dial(t, s).expect("220 mail.example.org ESMTP")
	s.SetIntercept(nil)
	dial(t, s).expect("+OK pop3d is ready")
}

func TestLoginRefused(t *testing.T) {
	s := start(t, &pop3d.Server{Intercept: fault.When(fault.Verb(pop3d.Login), fault.Refuse("[LOGIN-DELAY] wait"))})
	p := dial(t, s)
	p.talk(`
		S: +OK pop3d is ready
		C: USER me
		S: +OK and the password?
		C: PASS a secret
		S: -ERR [LOGIN-DELAY] wait
		C: STAT
		S: -ERR log in first`)
	p.send("AUTH PLAIN " + encoded("\x00me\x00a secret") + "\r\n")
	p.expect("-ERR [LOGIN-DELAY] wait")
	s.SetIntercept(fault.When(fault.Verb(pop3d.Login), fault.Cut()))
	p.send("AUTH PLAIN " + encoded("\x00me\x00a secret") + "\r\n")
	if got := p.expectEnd(); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestReset(t *testing.T) {
	for _, rtt := range []time.Duration{0, time.Millisecond} {
		p := login(t, startFaraway(t, &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Reset())}, rtt))
		p.send("NOOP\r\n")
		if _, err := p.r.ReadByte(); !errors.Is(err, syscall.ECONNRESET) && !isWindowsReset(err) {
			t.Errorf("rtt %v: %v, want a reset", rtt, err)
		}
	}
}

// isWindowsReset recognises WSAECONNRESET, which isn't syscall.ECONNRESET.
func isWindowsReset(err error) bool {
	var number syscall.Errno
	return errors.As(err, &number) && number == 10054
}

// inBubble serves one connection in a bubble of synctest.
func inBubble(t *testing.T, s *pop3d.Server, client func(p *peer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go func() { _ = s.ServeConn(far) }()
		p := newPeer(t, near)
		p.expect("+OK pop3d is ready")
		client(p)
		near.Close()
	})
}

func TestStall(t *testing.T) {
	s := &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Stall())}
	inBubble(t, s, func(p *peer) {
		p.send("CAPA\r\nNOOP\r\n" + strings.Repeat("STAT\r\n", 2*pop3d.MaxQueue)) // which go nowhere
		_ = p.SetReadDeadline(time.Now().Add(9 * time.Minute))
		got, err := io.ReadAll(p.r)
		if ne, ok := err.(net.Error); !ok || !ne.Timeout() || !strings.HasSuffix(string(got), "\r\n.\r\n") {
			p.t.Errorf("got %q, %v", got, err)
		}
	})
	if got := len(s.Sessions()[0].Commands); got != 2 {
		t.Errorf("%d commands were taken up", got)
	}
}

func TestDelay(t *testing.T) {
	inBubble(t, &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Delay(10*time.Second))}, func(p *peer) {
		began := time.Now()
		p.talk("C: NOOP\nS: -ERR log in first")
		if took := time.Since(began); took != 10*time.Second {
			p.t.Errorf("took %v", took)
		}
	})
}

func TestSlowly(t *testing.T) {
	inBubble(t, &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Slowly(100*time.Millisecond))}, func(p *peer) {
		p.send("NOOP\r\n")
		began := time.Now()
		buffer := make([]byte, 100)
		for _, want := range "-ERR log in first\r\n" {
			n, err := p.Read(buffer)
			if n != 1 || buffer[0] != byte(want) || err != nil {
				p.t.Fatalf("got %q, %v, want %q", buffer[:n], err, want)
			}
		}
		if took := time.Since(began); took != 1800*time.Millisecond {
			p.t.Errorf("took %v", took)
		}
	})
}

func TestEndless(t *testing.T) {
	for name, test := range map[string]struct{ start, repeat string }{
		"line": {"+OK ", "x"},
		"list": {"+OK\r\n", "1 uid\r\n"},
		"mute": {"", " "},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, &pop3d.Server{Intercept: fault.When(fault.Verb("UIDL"), fault.Endless(test.start, test.repeat))})
			p := login(t, s)
			p.send("UIDL\r\n")
			want := test.start + strings.Repeat(test.repeat, 200_000)
			got := make([]byte, len(want))
			if _, err := io.ReadFull(p.r, got); err != nil || string(got) != want {
				t.Errorf("got %.100q, %v", got, err)
			}
			p.Close()
		})
	}
}
