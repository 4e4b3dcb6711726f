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

// everyCommand is a dialogue in the transaction state.
const everyCommand = `
	C: CAPA
	S: +OK
	S: TOP
	S: UIDL
	S: RESP-CODES
	S: AUTH-RESP-CODE
	S: PIPELINING
	S: IMPLEMENTATION pop3d
	S: .
	C: STAT
	S: +OK 2 50
	C: LIST
	S: +OK
	S: 1 21
	S: 2 29
	S: .
	C: LIST 2
	S: +OK 2 29
	C: LIST 3
	S: -ERR no such message
	C: UIDL
	S: +OK
	S: 1 one
	S: 2 two
	S: .
	C: UIDL 1
	S: +OK 1 one
	C: RETR 2
	S: +OK 29 octets
	S: Subject: 2
	S:
	S: ..dot
	S: ..
	S: last
	S: .
	C: TOP 2 0
	S: +OK
	S: Subject: 2
	S:
	S: .
	C: TOP 2 1
	S: +OK
	S: Subject: 2
	S:
	S: ..dot
	S: .
	C: TOP 2
	S: -ERR how many lines?
	C: DELE 1
	S: +OK
	C: RETR 1
	S: -ERR no such message
	C: DELE 1
	S: -ERR no such message
	C: STAT
	S: +OK 1 29
	C: RSET
	S: +OK
	C: STAT
	S: +OK 2 50
	C: noop
	S: +OK
	C: XTND
	S: -ERR unknown command
	C: QUIT
	S: +OK bye`

func TestDialogue(t *testing.T) {
	login(t, start(t, new(pop3d.Server))).talk(everyCommand)
}

func TestStates(t *testing.T) {
	p := dial(t, start(t, new(pop3d.Server)))
	p.talk(`
		S: +OK pop3d is ready
		C: STAT
		S: -ERR log in first
		C: RETR 1
		S: -ERR log in first
		C: STLS
		S: -ERR no TLS here
		C: CAPA
		S: +OK
		S: TOP
		S: UIDL
		S: RESP-CODES
		S: AUTH-RESP-CODE
		S: PIPELINING
		S: USER
		S: SASL PLAIN
		S: IMPLEMENTATION pop3d
		S: .
		C: USER me
		S: +OK and the password?
		C: PASS a secret
		S: +OK 2 messages
		C: USER me
		S: -ERR you are logged in already
		C: AUTH PLAIN
		S: -ERR you are logged in already`)
}

func TestNumbersThatNameNothing(t *testing.T) {
	p := login(t, start(t, new(pop3d.Server)))
	for _, verb := range []string{"RETR", "DELE", "LIST", "UIDL", "TOP"} {
		for _, arg := range []string{"0", "-1", "3", "99999999999999999999", "x", "1x", " 1"} {
			p.send(verb + " " + arg + "\r\n")
			p.expect("-ERR no such message")
		}
	}
	p.send("RETR\r\nDELE\r\nTOP\r\nTOP 1 -1\r\n")
	p.talk(`
		S: -ERR no such message
		S: -ERR no such message
		S: -ERR no such message
		S: -ERR how many lines?`)
}

func TestQuitBeforeLogin(t *testing.T) {
	p := dial(t, start(t, new(pop3d.Server)))
	p.talk(`
		S: +OK pop3d is ready
		C: QUIT
		S: +OK bye`)
	if rest := p.expectEnd(); rest != "" {
		t.Errorf("after QUIT: %q", rest)
	}
}

func TestSetCapabilities(t *testing.T) {
	s := start(t, &pop3d.Server{
		Capabilities:      []string{"UIDL", "LOGIN-DELAY 900"},
		LoginCapabilities: []string{"UIDL", "EXPIRE NEVER"},
	})
	dial(t, s).talk(`
		S: +OK pop3d is ready
		C: CAPA
		S: +OK
		S: UIDL
		S: LOGIN-DELAY 900
		S: .`)
	login(t, s).talk(`
		C: CAPA
		S: +OK
		S: UIDL
		S: EXPIRE NEVER
		S: .`)
}

func TestLongLines(t *testing.T) {
	s := start(t, new(pop3d.Server))
	p := dial(t, s)
	p.expect("+OK pop3d is ready")
	p.send("USER " + strings.Repeat("x", 248) + "\r\n") // 255 octets
	p.expect("+OK and the password?")
	p.send("USER " + strings.Repeat("x", 249) + "\r\n")
	p.expect("-ERR that line is longer than 255 octets")
	p.send(strings.Repeat("x", 100_000))
	if rest := p.expectEnd(); !strings.HasPrefix("-ERR that line has no end\r\n", rest) {
		t.Errorf("after a line without end: %q", rest)
	}
}

func TestLoneLineFeeds(t *testing.T) {
	p := dial(t, start(t, new(pop3d.Server)))
	p.send("NOOP\nUSER me\nPASS a secret\nQUIT\n")
	p.talk(`
		S: +OK pop3d is ready
		S: -ERR log in first
		S: +OK and the password?
		S: +OK 2 messages
		S: +OK bye`)
}

// TestAnswersAfterEnd is a client as simple as "printf … | nc": it closes its
// half of the connection and reads.
func TestAnswersAfterEnd(t *testing.T) {
	p := dial(t, start(t, new(pop3d.Server)))
	p.send("USER me\r\nPASS a secret\r\nSTAT\r\n")
	if err := p.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	want := "+OK pop3d is ready\r\n+OK and the password?\r\n+OK 2 messages\r\n+OK 2 50\r\n"
	if got := p.expectEnd(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		began := time.Now()
		go func() { _, _ = io.Copy(io.Discard, near) }()
		if err := new(pop3d.Server).ServeConn(far); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(began); got != 10*time.Minute {
			t.Errorf("hung up after %v, want 10m", got)
		}
	})
}

// TestIdleWhileReading reads a message for an hour, a bit every few minutes.
func TestIdleWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		drop := pop3d.NewMaildrop(fault.Large("big", 20*pop3d.MaxWrite))
		s := &pop3d.Server{Users: map[string]pop3d.User{"me": {"", drop}}}
		near, far := net.Pipe()
		go func() { _ = s.ServeConn(far) }()
		p := &peer{Conn: near, t: t}
		p.send("USER me\r\nPASS \r\nRETR 1\r\nQUIT\r\n")
		for {
			_, err := io.CopyN(io.Discard, near, pop3d.MaxWrite)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(9 * time.Minute)
		}
		if got := s.Sessions()[0].Commands; len(got) != 4 {
			t.Errorf("commands: %q", got)
		}
	})
}
