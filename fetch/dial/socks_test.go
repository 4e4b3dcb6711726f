package dial

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
)

// canary is a proxy's password, which nothing may show.
const canary = "c4nary:proxy"

// A socksServer is a SOCKS5 proxy that leads to one target, whatever it is
// asked for. What that was it remembers.
type socksServer struct {
	user, password string // none: it asks for no login
	target         string

	mu    sync.Mutex
	asked []string // kind of address and address
}

// start returns what leads through the proxy to pop.example.org.
func (s *socksServer) start(t *testing.T) Server {
	t.Helper()
	proxy := listen(t, func(conn net.Conn) {
		if err := s.serve(conn); err != nil {
			t.Logf("proxy: %v", err)
		}
	})
	return behind(proxy.Address())
}

// behind returns the server pop.example.org behind a proxy that is told a
// login if it wants one.
func behind(proxy string) Server {
	return Server{
		Host: "pop.example.org", Port: 995, Security: None, ConnectTimeout: patience,
		Proxy: &Proxy{Address: proxy, User: "me", Password: func() string { return canary }},
	}
}

func (s *socksServer) serve(conn net.Conn) error {
	if err := s.admit(conn); err != nil {
		return err
	}
	address, err := readRequest(conn)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.asked = append(s.asked, address)
	s.mu.Unlock()
	server, err := net.Dial("tcp", s.target)
	if err != nil {
		return err
	}
	defer server.Close()
	conn.Write([]byte("\x05\x00\x00\x03\x04here\x00\x01"))
	go func() {
		io.Copy(server, conn)
		server.Close()
	}()
	io.Copy(conn, server)
	return nil
}

// admit chooses a method of login, and has the client log in by it.
func (s *socksServer) admit(conn net.Conn) error {
	methods, err := readField(conn, 1) // behind the version
	if err != nil {
		return err
	}
	if s.user == "" {
		_, err := conn.Write([]byte("\x05\x00"))
		return err
	}
	if methods != "\x00\x02" {
		conn.Write([]byte("\x05\xff"))
		return fmt.Errorf("methods %q", methods)
	}
	conn.Write([]byte("\x05\x02"))
	user, err := readField(conn, 1)
	if err != nil {
		return err
	}
	password, err := readField(conn, 0)
	if err != nil {
		return err
	}
	if user != s.user || password != s.password {
		conn.Write([]byte("\x01\x01"))
		return fmt.Errorf("login by %q", user)
	}
	_, err = conn.Write([]byte("\x01\x00"))
	return err
}

// readRequest returns what the client wants to be connected to.
func readRequest(conn net.Conn) (string, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn, head); err != nil {
		return "", err
	}
	kind, host, err := "domain ", "", error(nil)
	switch head[3] {
	case 3:
		host, err = readField(conn, 0)
	default:
		ip := make(net.IP, map[byte]int{1: net.IPv4len, 4: net.IPv6len}[head[3]])
		_, err = io.ReadFull(conn, ip)
		kind, host = "address ", ip.String()
	}
	port := make([]byte, 2)
	if err == nil {
		_, err = io.ReadFull(conn, port)
	}
	return kind + net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port)))), err
}

// readField skips some bytes and reads one that counts those to follow.
func readField(conn net.Conn, skip int) (string, error) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(conn, head); err != nil {
		return "", err
	}
	field := make([]byte, head[skip])
	_, err := io.ReadFull(conn, field)
	return string(field), err
}
