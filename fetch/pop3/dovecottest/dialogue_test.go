package dovecottest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// dialogue is a bare POP3 conversation, so that the package is tested by nothing of ours.
type dialogue struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// dialPlain connects in clear text and takes the greeting.
func dialPlain(t testing.TB, s *Server) *dialogue {
	t.Helper()
	conn, err := net.Dial("tcp", s.PlainAddr)
	if err != nil {
		t.Fatal(err)
	}
	return newDialogue(t, conn)
}

// dialTLS connects with TLS from the first byte and takes the greeting.
func dialTLS(t testing.TB, s *Server) *dialogue {
	t.Helper()
	conn, err := tls.Dial("tcp", s.TLSAddr, tlsConfig(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return newDialogue(t, conn)
}

// dialSTLS connects in clear text and turns to TLS by STLS.
func dialSTLS(t testing.TB, s *Server) *dialogue {
	t.Helper()
	d := dialPlain(t, s)
	d.ok("STLS")
	d.conn = tls.Client(d.conn, tlsConfig(t, s))
	d.in = bufio.NewReader(d.conn)
	return d
}

// tlsConfig trusts the instance's own authority and nobody else.
func tlsConfig(t testing.TB, s *Server) *tls.Config {
	t.Helper()
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("no certificate in %s", s.CAFile)
	}
	return &tls.Config{RootCAs: pool, ServerName: ServerName}
}

func newDialogue(t testing.TB, conn net.Conn) *dialogue {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	d := &dialogue{t: t, conn: conn, in: bufio.NewReader(conn)}
	if greeting := d.line(); !strings.HasPrefix(greeting, "+OK ") {
		t.Fatalf("greeting %q", greeting)
	}
	return d
}

// line returns the next line with its end.
func (d *dialogue) line() string {
	d.t.Helper()
	line, err := d.in.ReadString('\n')
	if err != nil {
		d.t.Fatalf("read a line: %v after %q", err, line)
	}
	return line
}

// ask sends a command and returns the first line of the reply.
func (d *dialogue) ask(format string, args ...any) string {
	d.t.Helper()
	if _, err := fmt.Fprintf(d.conn, format+"\r\n", args...); err != nil {
		d.t.Fatal(err)
	}
	return d.line()
}

// ok sends a command that must succeed and returns what follows +OK.
func (d *dialogue) ok(format string, args ...any) string {
	d.t.Helper()
	reply := d.ask(format, args...)
	text, ok := strings.CutPrefix(reply, "+OK")
	if !ok {
		d.t.Fatalf("%s: %q", fmt.Sprintf(format, args...), reply)
	}
	return strings.TrimSpace(text)
}

// lines sends a command and returns the raw body of its multi-line reply, dots and all.
func (d *dialogue) lines(format string, args ...any) string {
	d.t.Helper()
	d.ok(format, args...)
	var body strings.Builder
	for {
		line := d.line()
		if line == ".\r\n" {
			return body.String()
		}
		body.WriteString(line)
	}
}

// login authenticates with USER and PASS.
func (d *dialogue) login(user, password string) *dialogue {
	d.t.Helper()
	d.ok("USER %s", user)
	d.ok("PASS %s", password)
	return d
}
