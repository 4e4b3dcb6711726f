package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// through starts a server of POP3 and a proxy that leads to it.
func through(t *testing.T, s *pop3d.Server, proxy *socksServer) Server {
	t.Helper()
	target := start(t, s)
	proxy.target = target.Address()
	return proxy.start(t)
}

// conceals checks that a value shows no password of the proxy, however it is
// printed.
func conceals(t *testing.T, values ...any) {
	t.Helper()
	for _, value := range values {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			text := fmt.Sprintf(format, value)
			if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s: %s", format, text)
			}
		}
	}
}

func TestProxy(t *testing.T) {
	proxies := map[string]*socksServer{
		"without login": {},
		"with login":    {user: "me", password: canary},
	}
	for name, proxy := range proxies {
		t.Run(name, func(t *testing.T) {
			server := through(t, new(pop3d.Server), proxy)
			if text, err := greeting(t, server); text != "pop3d is ready" || err != nil {
				t.Errorf("got %q, %v", text, err)
			}
			conceals(t, server, &server, server.Proxy, *server.Proxy)
		})
	}
}

// The name is the proxy's to look up: here it may lead elsewhere or nowhere,
// and whoever hears the question learns where mail is read.
func TestProxyIsToldTheName(t *testing.T) {
	proxy := new(socksServer)
	server := through(t, new(pop3d.Server), proxy)
	hosts := map[string]string{
		"pop.example.org":        "domain pop.example.org:995",
		"localhost":              "domain localhost:995",
		"192.0.2.1":              "address 192.0.2.1:995",
		"2001:db8::1":            "address [2001:db8::1]:995",
		strings.Repeat("x", 255): "domain " + strings.Repeat("x", 255) + ":995",
	}
	for host, want := range hosts {
		server.Host, proxy.asked = host, nil
		if _, err := greeting(t, server); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		proxy.mu.Lock()
		if got := strings.Join(proxy.asked, ", "); got != want {
			t.Errorf("it was asked for %s, not for %s", got, want)
		}
		proxy.mu.Unlock()
	}
}

// Behind a proxy, too, it is the server that proves who it is.
func TestProxyTLS(t *testing.T) {
	for _, host := range []string{"pop.example.org", "mx.example.org"} {
		s := new(pop3d.Server)
		roots, _ := certified(t, s, pop3d.Identity{Hosts: []string{host}})
		implicit := &pop3d.Server{TLS: s.TLS, Implicit: true}
		proxy := socksServer{user: "me", password: canary}

		server := through(t, implicit, &proxy)
		server.Security, server.TLS.Roots = Implicit, roots
		_, err := greeting(t, server)
		if _, wrong := errors.AsType[*CertificateError](err); wrong != (host == "mx.example.org") || !wrong && err != nil {
			t.Errorf("certificate for %s: %v", host, err)
		}

		server = through(t, s, &socksServer{})
		server.TLS.Roots = roots
		err = startTLS(t, server)
		if _, wrong := errors.AsType[*CertificateError](err); wrong != (host == "mx.example.org") || !wrong && err != nil {
			t.Errorf("certificate for %s, STLS: %v", host, err)
		}
	}
}

func TestProxyLoginRefused(t *testing.T) {
	server := through(t, new(pop3d.Server), &socksServer{user: "me", password: "another"})
	_, err := server.Connect(t.Context())
	want := "the proxy " + server.Proxy.Address + ": it refuses the login"
	if refused, ok := errors.AsType[*ProxyError](err); !ok || err.Error() != want || !strings.Contains(refused.Hint(), "socks5://user:pass@host:port") {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	conceals(t, err)
	server.Proxy.User = ""
	_, err = server.Connect(t.Context())
	want = "the proxy " + server.Proxy.Address + ": it doesn't let us in without a login"
	if refused, ok := errors.AsType[*ProxyError](err); !ok || err.Error() != want || refused.Hint() != checkLogin {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Fields of the protocol have a byte for their length.
func TestProxyFieldLimit(t *testing.T) {
	long := strings.Repeat("x", 255)
	fits := through(t, new(pop3d.Server), &socksServer{user: long, password: long})
	fits.Proxy.User, fits.Proxy.Password = long, func() string { return long }
	if _, err := greeting(t, fits); err != nil {
		t.Error(err)
	}
	user, password, host := behind("192.0.2.1:1080"), behind("192.0.2.1:1080"), behind("192.0.2.1:1080")
	user.Proxy.User += long
	password.Proxy.Password = func() string { return canary + long }
	host.Host += long
	tests := []struct {
		server Server
		want   string
	}{
		{user, "the proxy 192.0.2.1:1080: a user name longer than 255 bytes can't be sent to it"},
		{password, "the proxy 192.0.2.1:1080: a password longer than 255 bytes can't be sent to it"},
		{host, "connect to " + host.Address() + " through the proxy 192.0.2.1:1080: a host name longer than 255 bytes can't be sent to it"},
	}
	for _, test := range tests {
		_, err := test.server.Connect(t.Context())
		if err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
		conceals(t, err)
	}
}

// A user without a password has an empty one.
func TestProxyNoPassword(t *testing.T) {
	server := through(t, new(pop3d.Server), &socksServer{user: "me"})
	server.Proxy.Password = nil
	if _, err := greeting(t, server); err != nil {
		t.Error(err)
	}
}

func TestProxyIsNotLoopback(t *testing.T) {
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		if server := (Server{Host: host, Proxy: &Proxy{Address: "127.0.0.1:1080"}}); server.IsLoopback() {
			t.Errorf("%s behind a proxy is taken for this machine", host)
		}
	}
}

func TestProxyStopped(t *testing.T) {
	errStopped := errors.New("stopped by the test")
	dialogues := map[string][]string{
		"at the methods": nil,
		"at the login":   {"\x05\x02"},
		"at the request": {"\x05\x02", "\x01\x00"},
		"in the reply":   {"\x05\x00", "\x05\x00\x00\x01"},
	}
	for name, replies := range dialogues {
		for _, timeout := range []bool{true, false} {
			ctx, stop := context.WithCancelCause(t.Context())
			server := behind(scripted(t, func(conn net.Conn) {
				time.AfterFunc(10*time.Millisecond, func() { stop(errStopped) })
				discard(conn)
			}, replies...))
			if !timeout {
				server.ConnectTimeout = 0
			}
			if _, err := server.Connect(ctx); err != errStopped {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}
