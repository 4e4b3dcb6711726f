package lmtp

import (
	"net"
	"testing"
)

// A connTo is a connection that goes there.
type connTo struct {
	net.Conn
	address net.Addr
}

func (c connTo) RemoteAddr() net.Addr { return c.address }

// TestDemanded leaves TLS out only to this machine, or where it is said.
func TestDemanded(t *testing.T) {
	for _, test := range []struct {
		to   net.Addr
		want bool
	}{
		{&net.TCPAddr{IP: net.ParseIP("127.0.0.1")}, false},
		{&net.TCPAddr{IP: net.ParseIP("127.0.1.1")}, false},
		{&net.TCPAddr{IP: net.ParseIP("::1")}, false},
		{&net.TCPAddr{IP: net.ParseIP("::ffff:127.0.0.1")}, false},
		{&net.TCPAddr{IP: net.ParseIP("192.0.2.1")}, true},
		{&net.TCPAddr{IP: net.ParseIP("10.0.0.1")}, true},
		{&net.TCPAddr{IP: net.ParseIP("fe80::1"), Zone: "eth0"}, true},
		{&net.TCPAddr{}, true},
		{&net.UnixAddr{Name: "/run/lmtp", Net: "unix"}, false},
		{&net.IPAddr{}, true},
	} {
		conn := connTo{address: test.to}
		if got := OffMachine.isDemanded(conn); got != test.want {
			t.Errorf("%v: %v", test.to, got)
		}
		if !Always.isDemanded(conn) || Never.isDemanded(conn) {
			t.Errorf("%v: what is said doesn't count", test.to)
		}
	}
}
