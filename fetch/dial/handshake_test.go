package dial

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestHandshakeFails has servers that don't do TLS as they should.
func TestHandshakeFails(t *testing.T) {
	tests := []struct {
		name   string
		handle func(conn net.Conn)
		want   string // the error
		hint   string // a part of it
	}{
		{"plain POP3", say("+OK hello\r\n"), "TLS handshake: first record does not look like a TLS handshake", "try tls: starttls"},
		{"an alert", say("\x15\x03\x03\x00\x02\x02\x28"), "TLS handshake: remote error: tls: handshake failure", "tls_legacy: rsa, and one that is older still tls_min_version: 1.0"},
		{"an alert about versions", say("\x15\x03\x03\x00\x02\x02\x46"), "TLS handshake: remote error: tls: protocol version not supported", "tls_min_version"},
		{"an alert about our certificate", say("\x15\x03\x03\x00\x02\x02\x2a"), "TLS handshake: remote error: tls: bad certificate", "tls_client_cert"},
		{"an alert about the name", say("\x15\x03\x03\x00\x02\x02\x70"), "TLS handshake: remote error: tls: unrecognized name", "tls_server_name"},
		{"an alert that tells nothing", say("\x15\x03\x03\x00\x02\x02\x5a"), "TLS handshake: remote error: tls: user canceled", ""},
		{"garbage", say("\x16\x03\x03\x00\x04\x02\x00\x00\x00"), "TLS handshake: local error: tls: error decoding message", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := listen(t, test.handle)
			server.Security = Implicit
			_, err := server.Connect(t.Context())
			failed, ok := errors.AsType[*HandshakeError](err)
			if !ok || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got  %v\nwant %s", err, test.want)
			}
			if hint := failed.Hint(); !strings.Contains(hint, test.hint) || test.hint == "" && hint != "" {
				t.Errorf("the hint is %q", hint)
			}
		})
	}
}

// say says something and waits for the client to hang up.
func say(text string) func(net.Conn) {
	return func(conn net.Conn) {
		conn.Write([]byte(text))
		discard(conn)
	}
}

// TestHandshakeLost has connections that end in the handshake: that is the
// network's fault, and no reason to doubt the settings for TLS.
func TestHandshakeLost(t *testing.T) {
	tests := []struct {
		name   string
		handle func(conn net.Conn)
		want   string
	}{
		{"hung up", func(conn net.Conn) { conn.Read(make([]byte, 4096)) }, "TLS handshake: the server hung up"},
		{"hung up in a record", func(conn net.Conn) {
			conn.Read(make([]byte, 4096))
			conn.Write([]byte("\x16\x03\x03\x40"))
		}, "TLS handshake: the server hung up"},
		{"silent", discard, "TLS handshake: the server didn't answer in time"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := listen(t, test.handle)
			server.Security, server.ConnectTimeout = Implicit, 200*time.Millisecond
			_, err := server.Connect(t.Context())
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if _, wrong := errors.AsType[*HandshakeError](err); wrong {
				t.Errorf("%v is a *HandshakeError", err)
			}
			timeout, ok := errors.AsType[net.Error](err)
			if isTimeout := ok && timeout.Timeout(); isTimeout != (test.name == "silent") || !isTimeout && !errors.Is(err, pop3.ErrHungUp) {
				t.Errorf("%v: timeout is %v", err, isTimeout)
			}
		})
	}
}

// A reset, too, is of the network.
func TestHandshakeReset(t *testing.T) {
	server := listen(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		conn.(*net.TCPConn).SetLinger(0)
	})
	server.Security = Implicit
	_, err := server.Connect(t.Context())
	if _, ok := errors.AsType[net.Error](err); !ok || !strings.HasPrefix(err.Error(), "TLS handshake: ") {
		t.Errorf("got %v", err)
	}
}

// Without TLS, a port for TLS says nothing: the client's timeout ends that.
func TestPlainOnTLSPort(t *testing.T) {
	s := &pop3d.Server{Implicit: true}
	certified(t, s, pop3d.Identity{})
	server := start(t, s)
	conn, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Timeout: 100 * time.Millisecond})
	defer c.Close()
	_, err = c.Greeting()
	if _, ok := errors.AsType[*pop3.TimeoutError](err); !ok {
		t.Errorf("got %v", err)
	}
}

// startTLS connects and begins TLS with STLS.
func startTLS(t *testing.T, server Server) error {
	t.Helper()
	server.Security = StartTLS
	conn, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Timeout: patience})
	defer c.Close()
	if _, err := c.Greeting(); err != nil {
		t.Fatal(err)
	}
	if err := c.StartTLS(func(conn net.Conn) (net.Conn, error) { return server.Upgrade(t.Context(), conn) }); err != nil {
		return err
	}
	return c.Quit()
}

func TestUpgrade(t *testing.T) {
	s := new(pop3d.Server)
	roots, _ := certified(t, s, pop3d.Identity{Hosts: []string{"127.0.0.1"}})
	server := start(t, s)
	server.TLS.Roots = roots
	if err := startTLS(t, server); err != nil {
		t.Error(err)
	}
	server.TLS.ServerName = "pop.example.org"
	if _, ok := errors.AsType[*CertificateError](startTLS(t, server)); !ok {
		t.Error("a wrong name is no matter behind STLS")
	}
}

// A server that agrees to STLS and goes on in the clear gets another hint than
// a port that is the wrong one.
func TestUpgradeToNothing(t *testing.T) {
	s := &pop3d.Server{Intercept: fault.When(fault.Verb("STLS"), fault.Answer("+OK"), fault.Delay(20*time.Millisecond), fault.Answer("+OK"))}
	err := startTLS(t, start(t, s))
	failed, ok := errors.AsType[*HandshakeError](err)
	if !ok || !strings.Contains(failed.Hint(), "agrees to STLS") {
		t.Errorf("got %v", err)
	}
}

// TestClientCertificate has a server that asks for one.
func TestClientCertificate(t *testing.T) {
	s := &pop3d.Server{Implicit: true, TLS: &tls.Config{
		ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12,
	}}
	roots, certificate := certified(t, s, pop3d.Identity{Hosts: []string{"127.0.0.1"}})
	server := start(t, s)
	server.Security, server.TLS.Roots = Implicit, roots
	_, err := greeting(t, server)
	if failed, ok := errors.AsType[*HandshakeError](err); !ok || !strings.Contains(failed.Hint(), "tls_client_cert") {
		t.Errorf("without one: %v", err)
	}
	server.TLS.Certificates = []tls.Certificate{certificate}
	if _, err := greeting(t, server); err != nil {
		t.Errorf("with one: %v", err)
	}
}
