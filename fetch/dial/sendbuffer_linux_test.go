package dial

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
)

// TestSendBuffer checks what pop3 relies on: as many commands as it ever has
// under way can be written to a server that reads none of them, because it is
// itself writing to us, who don't read. The server's receive buffer is as
// small as the system allows.
func TestSendBuffer(t *testing.T) {
	for _, security := range []Security{None, Implicit} {
		for _, pieces := range []int{1, 2, 64, 1024} {
			writeUnread(t, security, pieces, false)
			writeUnread(t, security, pieces, true)
		}
	}
}

func writeUnread(t *testing.T, security Security, pieces int, proxied bool) {
	t.Helper()
	certs := &pop3d.Server{}
	roots, _ := certified(t, certs, pop3d.Identity{Hosts: []string{"127.0.0.1"}})
	server := deaf(t, func(conn net.Conn) net.Conn {
		if proxied {
			(&socksServer{}).admit(conn)
			readRequest(conn)
			conn.Write([]byte("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01"))
		}
		if security == Implicit {
			return tls.Server(conn, certs.TLS)
		}
		return conn
	})
	server.Security, server.TLS.Roots = security, roots
	if proxied {
		server.Proxy = &Proxy{Address: server.Address()}
	}
	conn, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// By now the server's replies have filled the way to us.
	time.Sleep(20 * time.Millisecond)
	conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	piece := []byte(strings.Repeat("RETR 12345678901234567890123456\r\n", pop3.CommandBytes/pieces)[:pop3.CommandBytes/pieces])
	for i := range pieces {
		if _, err := conn.Write(piece); err != nil {
			t.Errorf("security %d, proxy %v: piece %d of %d: %v", security, proxied, i, pieces, err)
			return
		}
	}
}

// deaf is a server that reads nothing, and writes 4 MB replies without end.
func deaf(t *testing.T, wrap func(net.Conn) net.Conn) Server {
	t.Helper()
	small := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1)
		})
	}}
	l, err := small.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		secured := wrap(conn)
		for reply := make([]byte, 4<<20); err == nil; {
			_, err = secured.Write(reply)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return reach(t, l.Addr().String())
}
