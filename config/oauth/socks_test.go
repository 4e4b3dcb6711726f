package oauth

import (
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// A socks is a SOCKS5 proxy (RFC 1928) that leads to one server, whatever it's
// asked for.
type socks struct {
	target   string
	password string // of the user me; empty: no login is asked for
	asked    atomic.Int32
}

// start runs it until the test ends, and returns its address with the login.
func (s *socks) start(t *testing.T) *url.URL {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.asked.Add(1)
			go s.serve(conn)
		}
	}()
	proxy := &url.URL{Scheme: "socks5h", Host: listener.Addr().String()}
	if s.password != "" {
		proxy.User = url.UserPassword("me", s.password)
	}
	return proxy
}

// serve knows of the protocol no more than is needed. What goes wrong, the
// other side will notice.
func (s *socks) serve(conn net.Conn) {
	defer conn.Close()
	field := func(before int) string {
		head := make([]byte, before+1)
		_, _ = io.ReadFull(conn, head)
		text := make([]byte, head[before])
		_, _ = io.ReadFull(conn, text)
		return string(text)
	}
	methods := field(1)
	switch {
	case s.password == "":
		_, _ = conn.Write([]byte{5, 0})
	case methods == "\x00":
		_, _ = conn.Write([]byte{5, 0xff})
		return
	default:
		_, _ = conn.Write([]byte{5, 2})
		user, password := field(1), field(0)
		if user != "me" || password != s.password {
			_, _ = conn.Write([]byte{1, 1})
			return
		}
		_, _ = conn.Write([]byte{1, 0})
	}
	field(4) // the name
	_, _ = io.ReadFull(conn, make([]byte, 2))
	server, err := net.Dial("tcp", s.target)
	if err != nil {
		return
	}
	defer server.Close()
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	go func() { _, _ = io.Copy(server, conn) }()
	_, _ = io.Copy(conn, server)
}
