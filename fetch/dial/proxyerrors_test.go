package dial

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// scripted is a proxy that answers what it reads with one reply after the
// other, and then comes to an end: at once if that is nil. It returns the
// proxy's address.
func scripted(t *testing.T, end func(net.Conn), replies ...string) string {
	t.Helper()
	proxy := listen(t, func(conn net.Conn) {
		buffer := make([]byte, 4096)
		for _, reply := range replies {
			conn.Read(buffer)
			conn.Write([]byte(reply))
		}
		if end != nil {
			end(conn)
		}
	})
	return proxy.Address()
}

// hangUp hangs up instead of one more answer.
func hangUp(conn net.Conn) { conn.Read(make([]byte, 4096)) }

// trickle writes so slowly that no wait for a byte is a long one.
func trickle(conn net.Conn) {
	for {
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// endings are dialogues that lead nowhere. In want, TO is what was tried and
// PROXY the proxy's address.
var endings = []struct {
	name    string
	replies []string
	end     func(net.Conn)
	want    string
	hint    string
}{
	{"hangs up at once", nil, hangUp, "TO: the proxy hung up", checkProxy},
	{"hangs up in the method", []string{"\x05"}, nil, "TO: the proxy hung up", ""},
	{"hangs up at the login", []string{"\x05\x02"}, hangUp, "TO: the proxy hung up", ""},
	{"hangs up in the login", []string{"\x05\x02", "\x01"}, nil, "TO: the proxy hung up", ""},
	{"hangs up at the request", []string{"\x05\x00"}, hangUp, "TO: the proxy hung up", ""},
	{"hangs up in the reply", []string{"\x05\x00", "\x05\x00"}, nil, "TO: the proxy hung up", ""},
	{"hangs up in the address", []string{"\x05\x00", "\x05\x00\x00\x01\x7f"}, nil, "TO: the proxy hung up", ""},

	{"silent at once", nil, discard, "TO: the proxy didn't answer in time", checkProxy},
	{"silent at the login", []string{"\x05\x02"}, discard, "TO: the proxy didn't answer in time", ""},
	{"silent at the request", []string{"\x05\x02", "\x01\x00"}, discard, "TO: the proxy didn't answer in time", ""},
	{"silent in the address", []string{"\x05\x00", "\x05\x00\x00\x03\xff"}, discard, "TO: the proxy didn't answer in time", ""},
	{"slow in the address", []string{"\x05\x00", "\x05\x00\x00\x03\xff"}, trickle, "TO: the proxy didn't answer in time", ""},

	{"HTTP", []string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"SOCKS4", []string{"\x00\x5b\x00\x00\x00\x00\x00\x00"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"POP3, and hangs up", []string{"+"}, nil, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"garbage at the login", []string{"\x05\x02", "+OK"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"garbage at the request", []string{"\x05\x00", "+OK 1"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"garbage in the reply", []string{"\x05\x00", "\x05\x00\x01\x01"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},
	{"unknown kind of address", []string{"\x05\x00", "\x05\x00\x00\x09"}, discard, "TO: the proxy doesn't speak SOCKS5", checkProxy},

	{"no method", []string{"\x05\xff"}, nil, "the proxy PROXY: it takes no login by user and password", checkLogin},
	{"another method", []string{"\x05\x01"}, nil, "the proxy PROXY: it takes no login by user and password", checkLogin},
	{"refuses the login", []string{"\x05\x02", "\x01\x01"}, nil, "the proxy PROXY: it refuses the login", checkLogin},

	{"reply 1", []string{"\x05\x00", "\x05\x01\x00\x01"}, nil, "TO: general failure of the proxy", checkName},
	{"reply 2", []string{"\x05\x00", "\x05\x02\x00\x01"}, discard, "TO: the proxy's rules forbid it", ""},
	{"reply 3", []string{"\x05\x00", "\x05\x03\x00\x01"}, nil, "TO: network unreachable", ""},
	{"reply 4, with login", []string{"\x05\x02", "\x01\x00", "\x05\x04\x00\x01"}, nil, "TO: host unreachable", checkName},
	{"reply 5", []string{"\x05\x00", "\x05\x05\x00\x01"}, nil, "TO: connection refused", ""},
	{"reply 6", []string{"\x05\x00", "\x05\x06\x00\x01"}, nil, "TO: TTL expired", ""},
	{"reply 7", []string{"\x05\x00", "\x05\x07\x00\x01"}, nil, "TO: command not supported", ""},
	{"reply 8", []string{"\x05\x00", "\x05\x08\x00\x01"}, nil, "TO: address type not supported", ""},
	{"reply 9", []string{"\x05\x00", "\x05\x09\x00\x01"}, nil, "TO: the proxy replies with the unknown code 9", ""},
	{"reply 255", []string{"\x05\x00", "\x05\xff\x00\x01"}, nil, "TO: the proxy replies with the unknown code 255", ""},
}

func TestProxyFails(t *testing.T) {
	for _, test := range endings {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := behind(scripted(t, test.end, test.replies...))
			if strings.Contains(test.want, "in time") {
				server.ConnectTimeout = 150 * time.Millisecond
			}
			proxy := server.Proxy.Address
			want := strings.NewReplacer("TO", "connect to pop.example.org:995 through the proxy "+proxy, "PROXY", proxy).Replace(test.want)
			_, err := server.Connect(t.Context())
			checkProxyError(t, err, want, test.hint)
		})
	}
}

// checkProxyError checks the words of an error and its kind, which decides the
// exit code: a login is a *ProxyError and all else an error of the network.
func checkProxyError(t *testing.T, err error, want, hint string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Fatalf("got  %v\nwant %s", err, want)
	}
	hinting, ok := err.(interface{ Hint() string })
	if !ok || hinting.Hint() != hint {
		t.Errorf("%v: %T has another hint", err, err)
	}
	_, refused := errors.AsType[*ProxyError](err)
	lost, isLost := errors.AsType[net.Error](err)
	if refused != (hint == checkLogin) || isLost == refused {
		t.Errorf("%v is a %T", err, err)
	}
	if isTimeout := isLost && lost.Timeout(); isTimeout != (strings.Contains(want, "in time") || strings.Contains(want, "timeout")) {
		t.Errorf("%v: timeout is %v", err, isTimeout)
	}
	conceals(t, err)
}

// TestProxyOutOfReach has proxies that there is no connection to.
func TestProxyOutOfReach(t *testing.T) {
	closed := closedPort(t)
	refused, late, nowhere := behind(closed.Address()), behind(closed.Address()), behind("not a host name:1080")
	late.ConnectTimeout = time.Nanosecond
	tests := []struct {
		server Server
		want   string
	}{
		{refused, "connect to the proxy " + closed.Address() + ": connection refused"},
		{late, "connect to the proxy " + closed.Address() + ": i/o timeout"},
		{nowhere, "connect to the proxy not a host name:1080: lookup not a host name: no such host"},
	}
	for _, test := range tests {
		_, err := test.server.Connect(t.Context())
		checkProxyError(t, err, test.want, checkProxy)
	}
}

func TestProxyReset(t *testing.T) {
	server := behind(scripted(t, func(conn net.Conn) {
		hangUp(conn)
		conn.(*net.TCPConn).SetLinger(0)
	}, "\x05\x00"))
	_, err := server.Connect(t.Context())
	if _, ok := errors.AsType[*RouteError](err); !ok || errors.Is(err, errProxyEnd) || errors.Is(err, errNotSOCKS) {
		t.Errorf("got %v", err)
	}
}

// A port that SOCKS5 can't name isn't the proxy's fault.
func TestProxyPort(t *testing.T) {
	server := behind(scripted(t, hangUp))
	server.Port = 65536
	_, err := server.Connect(t.Context())
	checkProxyError(t, err, "connect to pop.example.org:65536 through the proxy "+server.Proxy.Address+": port number out of range 65536", "")
}
