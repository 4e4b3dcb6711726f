package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
)

// patience bounds every connection of a test.
const patience = 20 * time.Second

// start starts a server of POP3 and returns how to reach it.
func start(t *testing.T, s *pop3d.Server) Server {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return reach(t, s.Addr())
}

// reach returns a server without TLS at an address.
func reach(t *testing.T, address string) Server {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return Server{Host: host, Port: number, Security: None, ConnectTimeout: patience}
}

// listen accepts connections and does with each what handle does.
func listen(t *testing.T, handle func(net.Conn)) Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.SetDeadline(time.Now().Add(patience))
			handle(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return reach(t, l.Addr().String())
}

// certified gives the server a certificate and returns who signed it.
func certified(t *testing.T, s *pop3d.Server, id pop3d.Identity) (*x509.CertPool, tls.Certificate) {
	t.Helper()
	certificate, authority, err := id.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	if s.TLS == nil {
		s.TLS = new(tls.Config)
	}
	s.TLS.Certificates = []tls.Certificate{certificate}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		t.Fatal("no certificate of the authority")
	}
	return roots, certificate
}

// greeting connects and returns what the server says first.
func greeting(t *testing.T, server Server) (string, error) {
	t.Helper()
	conn, err := server.Connect(t.Context())
	if err != nil {
		return "", err
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Timeout: patience})
	defer c.Close()
	return c.Greeting()
}

func TestConnect(t *testing.T) {
	server := start(t, new(pop3d.Server))
	if text, err := greeting(t, server); text != "pop3d is ready" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestConnectIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("this machine has no IPv6: %v", err)
		return
	}
	s := new(pop3d.Server)
	roots, _ := certified(t, s, pop3d.Identity{Hosts: []string{"::1"}})
	s.Implicit = true
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	server := reach(t, l.Addr().String())
	server.Security, server.TLS.Roots = Implicit, roots
	if server.Host != "::1" || !server.IsLoopback() || !strings.HasPrefix(server.Address(), "[::1]:") {
		t.Errorf("host %s, address %s", server.Host, server.Address())
	}
	if _, err := greeting(t, server); err != nil {
		t.Error(err)
	}
}

// closedPort is an address at which nothing listens.
func closedPort(t *testing.T) Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return reach(t, l.Addr().String())
}

func TestConnectFails(t *testing.T) {
	refused := closedPort(t)
	late := closedPort(t)
	late.ConnectTimeout = time.Nanosecond
	nowhere := Server{Host: "not a host name", Port: 995, ConnectTimeout: patience}
	tests := []struct {
		name   string
		server Server
		want   string
	}{
		{"refused", refused, "connect to " + refused.Address() + ": connection refused"},
		{"timeout", late, "connect to " + late.Address() + ": i/o timeout"},
		{"no such host", nowhere, "connect to not a host name:995: lookup not a host name: no such host"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.server.Connect(t.Context())
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if _, ok := errors.AsType[net.Error](err); !ok {
				t.Errorf("%v is no net.Error", err)
			}
		})
	}
}

// A context that ends is told as such, and not as a failure of the network.
func TestConnectStopped(t *testing.T) {
	errStopped := errors.New("stopped by the test")
	ctx, stop := context.WithCancelCause(t.Context())
	stop(errStopped)
	server := start(t, new(pop3d.Server))
	if _, err := server.Connect(ctx); err != errStopped {
		t.Errorf("got %v", err)
	}
}

func TestHandshakeStopped(t *testing.T) {
	errStopped := errors.New("stopped by the test")
	ctx, stop := context.WithCancelCause(t.Context())
	server := listen(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		stop(errStopped)
		discard(conn)
	})
	server.Security = Implicit
	if _, err := server.Connect(ctx); err != errStopped {
		t.Errorf("got %v", err)
	}
}

// discard reads until the client hangs up.
func discard(conn net.Conn) {
	buffer := make([]byte, 4096)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

func TestLoopback(t *testing.T) {
	tests := map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.1.2.3": true, "::1": true, "::ffff:127.0.0.1": true,
		"pop.example.org": false, "192.0.2.1": false, "2001:db8::1": false, "": false,
		"\uff4cocalhost": true, "l\u00f6calhost": false, "localhost.example.org": false, "127.0.0.1.example.org": false,
	}
	for host, want := range tests {
		if server := (Server{Host: host}); server.IsLoopback() != want {
			t.Errorf("%s: %v", host, !want)
		}
	}
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		name   string
		server Server
		none   bool
		fails  bool
	}{
		{"a name", Server{Host: "localhost"}, false, false},
		{"an address", Server{Host: "192.0.2.1"}, true, false},
		{"behind a proxy", Server{Host: "localhost", Proxy: &Proxy{}}, true, false},
		{"no time for it", Server{Host: "no-such-host.invalid", ConnectTimeout: 1}, true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.server.Addresses(t.Context())
			if (len(got) == 0) != test.none || (err != nil) != test.fails {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
