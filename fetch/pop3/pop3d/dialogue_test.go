package pop3d_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// patience bounds every connection of a test: one that hangs tells nothing.
const patience = time.Minute

// start starts the server and ends it with the test.
func start(t testing.TB, s *pop3d.Server) *pop3d.Server {
	t.Helper()
	return started(t, s, (*pop3d.Server).Start)
}

// started is start, with another way to start the server.
func started(t testing.TB, s *pop3d.Server, start func(*pop3d.Server) error) *pop3d.Server {
	t.Helper()
	if s.Users == nil {
		s.Users = map[string]pop3d.User{"me": {Password: "a secret", Maildrop: pop3d.NewMaildrop(
			pop3d.Message{UID: "one", Body: []byte("Subject: 1\r\n\r\nfirst\r\n")},
			pop3d.Message{UID: "two", Body: []byte("Subject: 2\r\n\r\n.dot\r\n.\r\nlast")},
		)}}
	}
	if err := start(s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// A peer is the client's end of a connection.
type peer struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

// dial connects to a server.
func dial(t testing.TB, s *pop3d.Server) *peer {
	t.Helper()
	conn, err := net.DialTimeout("tcp", s.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	return newPeer(t, conn)
}

// newPeer takes a connection, which ends with the test.
func newPeer(t testing.TB, conn net.Conn) *peer {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &peer{Conn: conn, t: t, r: bufio.NewReader(conn)}
}

// login connects and logs in.
func login(t testing.TB, s *pop3d.Server) *peer {
	t.Helper()
	p := dial(t, s)
	p.talk(`
		S: +OK pop3d is ready
		C: USER me
		S: +OK and the password?
		C: PASS a secret`)
	p.expect("+OK 2 messages")
	return p
}

// talk goes through a dialogue: what follows C: is sent and what follows S: is
// expected, line by line.
func (p *peer) talk(dialogue string) {
	p.t.Helper()
	for line := range strings.Lines(strings.TrimSpace(dialogue)) {
		line = strings.Trim(line, "\t\n")
		who, text, _ := strings.Cut(line, ":")
		text = strings.TrimPrefix(text, " ")
		switch who {
		case "C":
			p.send(text + "\r\n")
		case "S":
			p.expect(text)
		default:
			p.t.Fatalf("not a line of a dialogue: %q", line)
		}
	}
}

// send sends text as it is.
func (p *peer) send(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p, text); err != nil {
		p.t.Fatalf("send %.40q: %v", text, err)
	}
}

// expect reads one line, which must be this one.
func (p *peer) expect(want string) {
	p.t.Helper()
	line, err := p.r.ReadString('\n')
	if err != nil {
		p.t.Fatalf("expect %q: got %q, %v", want, line, err)
	}
	if got := strings.TrimSuffix(line, "\r\n"); got != want {
		p.t.Fatalf("got %q, want %q", got, want)
	}
}

// expectEnd reads up to the end of the connection, however it comes, and
// returns what was before it.
func (p *peer) expectEnd() string {
	p.t.Helper()
	rest, err := io.ReadAll(p.r)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		p.t.Fatalf("the connection didn't end; got %.80q", rest)
	}
	return string(rest)
}

// encrypt speaks TLS from now on.
func (p *peer) encrypt(config *tls.Config) {
	p.t.Helper()
	conn := tls.Client(p.Conn, config)
	if err := conn.Handshake(); err != nil {
		p.t.Fatal(err)
	}
	p.Conn, p.r = conn, bufio.NewReader(conn)
}

// secure gives the server a certificate, and is what a client has to know.
func secure(t testing.TB, s *pop3d.Server) *tls.Config {
	t.Helper()
	cert, caPEM, err := pop3d.Certificate("pop.example.org", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(caPEM) {
		t.Fatal("the certificate of the authority is none")
	}
	return &tls.Config{RootCAs: roots, ServerName: "pop.example.org"}
}
