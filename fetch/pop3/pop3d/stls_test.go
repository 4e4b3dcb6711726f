package pop3d_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

func TestSTLS(t *testing.T) {
	s := new(pop3d.Server)
	client := secure(t, s)
	p := dial(t, start(t, s))
	p.talk("S: +OK pop3d is ready\nC: CAPA")
	p.answers(8) // up to SASL
	p.talk(`
		S: STLS
		S: IMPLEMENTATION pop3d
		S: .
		C: USER me
		S: +OK and the password?
		C: STLS
		S: +OK begin TLS`)
	p.encrypt(client)
	p.talk(`
		C: PASS a secret
		S: -ERR USER comes first
		C: STLS
		S: -ERR no TLS here
		C: CAPA`)
	p.answers(8)
	p.talk(`
		S: IMPLEMENTATION pop3d
		S: .
		C: USER me
		S: +OK and the password?
		C: PASS a secret
		S: +OK 2 messages
		C: QUIT
		S: +OK bye`)
	if _, err := p.r.ReadByte(); err != io.EOF {
		t.Errorf("after QUIT: %v, want EOF after close_notify", err)
	}
	if session := s.Sessions()[0]; !session.TLS || session.User != "me" {
		t.Errorf("session %+v", session)
	}
}

// TestSTLSDropsWhatFollows is CVE-2011-0411 from the server's side.
func TestSTLSDropsWhatFollows(t *testing.T) {
	s := new(pop3d.Server)
	client := secure(t, s)
	p := dial(t, start(t, s))
	p.send("STLS\r\nUSER mallory\r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK begin TLS")
	p.encrypt(client)
	p.talk("C: PASS a secret\nS: -ERR USER comes first")
}

func TestPOP3S(t *testing.T) {
	s := &pop3d.Server{Implicit: true}
	client := secure(t, s)
	start(t, s)
	p := dial(t, s)
	p.encrypt(client)
	p.talk("S: +OK pop3d is ready\nC: STLS\nS: -ERR no TLS here\nC: QUIT\nS: +OK bye")

	p = dial(t, s)
	p.send("CAPA\r\n") // no handshake
	p.expectEnd()
	if s.Connections() != 2 {
		t.Errorf("%d connections, want 2", s.Connections())
	}
}

// A meter counts the bytes that are read.
type meter struct {
	net.Conn
	n int
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.n += n
	return n, err
}

// TestCutUnderTLS looks for the close_notify, a record of 24 bytes in TLS 1.3,
// that a dying server doesn't send.
func TestCutUnderTLS(t *testing.T) {
	s := &pop3d.Server{Implicit: true, Intercept: fault.Chain(
		fault.When(fault.All(fault.InSession(1), fault.Verb("NOOP")), fault.Answer("+OK"), fault.HangUp()),
		fault.When(fault.All(fault.InSession(2), fault.Verb("NOOP")), fault.Answer("+OK"), fault.Cut()),
	)}
	client := secure(t, s)
	s.TLS.SessionTicketsDisabled = true // which come when they like
	start(t, s)
	received := func() int {
		p := dial(t, s)
		m := &meter{Conn: p.Conn}
		p.Conn = m
		p.encrypt(client)
		handshake := m.n
		p.talk("S: +OK pop3d is ready\nC: NOOP\nS: +OK")
		p.expectEnd()
		return m.n - handshake
	}
	if orderly, cut := received(), received(); cut != orderly-24 {
		t.Errorf("HangUp sent %d bytes and Cut %d", orderly, cut)
	}
}

func TestStartTLSOnlyAfterSTLS(t *testing.T) {
	s := &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), func(c *pop3d.Conn, _ pop3d.Command) bool {
		if err := c.StartTLS(); !errors.Is(err, pop3d.ErrNotSTLS) {
			t.Errorf("StartTLS: %v", err)
		}
		c.Reply("+OK")
		return true
	})}
	secure(t, s)
	dial(t, start(t, s)).talk("S: +OK pop3d is ready\nC: NOOP\nS: +OK")
}

func TestSTLSFaults(t *testing.T) {
	s := &pop3d.Server{Intercept: fault.Chain(
		fault.When(fault.InSession(1), fault.When(fault.Verb("STLS"), fault.Refuse("not today"))),
		fault.InjectAfterSTLS("+OK injected\r\n"),
	)}
	client := secure(t, s)
	start(t, s)
	dial(t, s).talk("S: +OK pop3d is ready\nC: STLS\nS: -ERR not today\nC: QUIT\nS: +OK bye")
	p := dial(t, s)
	p.expect("+OK pop3d is ready")
	p.send("STLS\r\n")
	buffer := make([]byte, 1000)
	n, err := p.Read(buffer)
	if got := string(buffer[:n]); err != nil || got != "+OK begin TLS\r\n+OK injected\r\n" {
		t.Errorf("in one packet: %q, %v", got, err)
	}
	p.r = bufio.NewReader(p.Conn)
	p.encrypt(client)
	p.talk("C: QUIT\nS: +OK bye")
}

func TestCertificates(t *testing.T) {
	hour := time.Hour
	now := time.Now()
	var unknown x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	for name, test := range map[string]struct {
		id   pop3d.Identity
		want any
	}{
		"good":          {pop3d.Identity{Hosts: []string{"pop.example.org"}}, nil},
		"expired":       {pop3d.Identity{Hosts: []string{"pop.example.org"}, NotBefore: now.Add(-2 * hour), NotAfter: now.Add(-hour)}, &invalid},
		"not yet valid": {pop3d.Identity{Hosts: []string{"pop.example.org"}, NotBefore: now.Add(hour)}, &invalid},
		"wrong name":    {pop3d.Identity{Hosts: []string{"mail.example.org"}}, &wrongName},
		"no name":       {pop3d.Identity{}, &wrongName},
		"self-signed":   {pop3d.Identity{Hosts: []string{"pop.example.org"}, SelfSigned: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			cert, caPEM, err := test.id.Certificate()
			if err != nil {
				t.Fatal(err)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(caPEM)
			err = handshake(t, cert, &tls.Config{RootCAs: roots, ServerName: "pop.example.org"})
			if test.want == nil && err != nil || test.want != nil && !errors.As(err, test.want) {
				t.Errorf("got %v, want %T", err, test.want)
			}
			err = handshake(t, cert, &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "pop.example.org"})
			if err == nil || name == "good" && !errors.As(err, &unknown) {
				t.Errorf("without the authority: %v", err)
			}
		})
	}
}

// handshake is how a client finds a server with this certificate.
func handshake(t *testing.T, cert tls.Certificate, client *tls.Config) error {
	t.Helper()
	s := start(t, &pop3d.Server{Implicit: true, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	return tls.Client(dial(t, s).Conn, client).Handshake()
}

// TestSTLSBehindOtherCommands has the server read STLS long before its turn.
func TestSTLSBehindOtherCommands(t *testing.T) {
	s := &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Delay(20*time.Millisecond))}
	client := secure(t, s)
	p := dial(t, start(t, s))
	p.send("NOOP\r\nNOOP\r\nSTLS\r\nUSER mallory\r\n")
	p.talk("S: +OK pop3d is ready\nS: -ERR log in first\nS: -ERR log in first\nS: +OK begin TLS")
	p.encrypt(client)
	p.talk("C: PASS a secret\nS: -ERR USER comes first\nC: QUIT\nS: +OK bye")
}

// TestCertificateInBubble needs an authority that is valid when synctest's
// clock begins.
func TestCertificateInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pop3d.Server{Implicit: true}
		client := secure(t, s)
		near, far := net.Pipe()
		go func() { _ = s.ServeConn(far) }()
		p := newPeer(t, near)
		p.encrypt(client)
		p.talk("S: +OK pop3d is ready\nC: QUIT\nS: +OK bye")
		p.expectEnd()
	})
}
