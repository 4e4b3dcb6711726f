package pop3

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// secure gives the server a certificate and returns how to begin TLS with it.
func secure(t *testing.T, s *pop3d.Server) func(net.Conn) (net.Conn, error) {
	t.Helper()
	certificate, authority, err := pop3d.Certificate("pop.example.org")
	if err != nil {
		t.Fatal(err)
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return func(conn net.Conn) (net.Conn, error) {
		secured := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: "pop.example.org"})
		return secured, secured.Handshake()
	}
}

// connected returns a client behind the greeting.
func connected(t *testing.T, s *pop3d.Server, options *Options) *Client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", serve(t, s, mails("a")...).Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	c := New(context.Background(), conn, options)
	t.Cleanup(func() { c.Close() })
	if err := greet(c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStartTLS(t *testing.T) {
	s := new(pop3d.Server)
	upgrade := secure(t, s)
	c := connected(t, s, nil)
	if caps, err := c.Capabilities(); err != nil || !caps.Has(CapSTLS) {
		t.Fatal(caps, err)
	}
	if err := c.StartTLS(upgrade); err != nil {
		t.Fatal(err)
	}
	if c.Announced() != nil {
		t.Error("what the server said in the clear still counts")
	}
	if caps, err := c.Capabilities(); err != nil || caps.Has(CapSTLS) {
		t.Error(caps, err)
	}
	if err := c.User("me", "a secret"); err != nil {
		t.Error(err)
	}
	if told := collect(c.Retrieve(numbers(1))); len(told) != 1 || told[0] != "1 a\r\n" {
		t.Error(told)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	if !s.Sessions()[0].TLS {
		t.Error("the server has seen no TLS")
	}
}

// A server that doesn't begin TLS says so with an *Error, and is told nothing.
func TestStartTLSRefused(t *testing.T) {
	c := connected(t, new(pop3d.Server), nil)
	err := c.StartTLS(noTLS)
	if refused, ok := errors.AsType[*Error](err); !ok || refused.Command != "STLS" {
		t.Errorf("got %v", err)
	}
}

// What somebody on the way puts behind the +OK ends the session before TLS
// begins, and isn't taken for a reply under TLS (CVE-2021-33515).
func TestStartTLSInjection(t *testing.T) {
	for _, injected := range []string{"+OK\r\n", "+OK\r\nUSER\r\n.\r\n", "x", "\x16\x03\x01"} {
		s := &pop3d.Server{Intercept: fault.InjectAfterSTLS(injected)}
		secure(t, s)
		c := connected(t, s, nil)
		err := c.StartTLS(noTLS)
		if _, ok := errors.AsType[*ProtocolError](err); !ok {
			t.Errorf("%q: %v", injected, err)
		}
		if later := c.User("me", "a secret"); later != err {
			t.Errorf("%q: the session goes on: %v", injected, later)
		}
	}
}

// The same in a packet of its own, which arrives when the handshake has begun,
// or as a reply ahead of its command: TLS doesn't come about.
func TestStartTLSInjectionApart(t *testing.T) {
	upgrade := secure(t, new(pop3d.Server))
	for _, harm := range []pop3d.Intercept{
		fault.When(fault.Verb("STLS"), fault.Answer("+OK"), fault.Delay(20*time.Millisecond), fault.Answer("+OK")),
		fault.When(fault.Verb(pop3d.Greeting), fault.Answer("+OK", "+OK go ahead")),
	} {
		s := &pop3d.Server{Intercept: harm}
		secure(t, s)
		c := connected(t, s, &Options{Timeout: soon})
		err := c.StartTLS(upgrade)
		if err == nil {
			t.Error("TLS has begun")
		}
		if later := c.User("me", "a secret"); later != err {
			t.Errorf("the session goes on: %v", later)
		}
		for _, command := range s.Sessions()[0].Commands {
			if strings.Contains(command, "secret") {
				t.Errorf("the password was sent: %q", command)
			}
		}
	}
}

// soon is what a test waits for that has to wait for something not to come.
const soon = 500 * time.Millisecond

// TestHandshakeEnds waits for a handshake that doesn't come: the client's
// timeout ends that, counted from the handshake's beginning, and its context.
func TestHandshakeEnds(t *testing.T) {
	tests := []struct {
		name    string
		stop    time.Duration // the context
		want    error
		expects time.Duration
	}{
		{"timeout", time.Hour, nil, defaultTimeout},
		{"context", time.Second, context.DeadlineExceeded, time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				ctx, stop := context.WithTimeout(t.Context(), 2*time.Second+test.stop)
				defer stop()
				go promiseTLS(far)
				c := New(ctx, near, nil)
				if err := greet(c); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				err := c.StartTLS(func(conn net.Conn) (net.Conn, error) {
					secured := tls.Client(conn, &tls.Config{ServerName: "pop.example.org"})
					return secured, secured.Handshake()
				})
				if err == nil || test.want != nil && err != test.want {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began) - 2*time.Second; took != test.expects {
					t.Errorf("it took %s", took)
				}
				c.Close()
				far.Close()
			})
		})
	}
}

// promiseTLS agrees to STLS after two seconds and says no more.
func promiseTLS(conn net.Conn) {
	io.WriteString(conn, "+OK\r\n")
	conn.Read(make([]byte, len("STLS\r\n")))
	time.Sleep(2 * time.Second)
	io.WriteString(conn, "+OK\r\n")
	io.Copy(io.Discard, conn)
}
