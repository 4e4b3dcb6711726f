package command

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"popfetch/config/discover/discovertest"
)

// A socksProxy is a SOCKS5 proxy (RFC 1928) that leads to one server alone,
// whatever it is asked for by the server's name, and to nothing else.
type socksProxy struct {
	net.Listener
	name, target string

	mu    sync.Mutex
	asked []string
}

func startSOCKS(t *testing.T, name, target string) *socksProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &socksProxy{Listener: listener, name: name, target: target}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); serving.Wait() })
	return p
}

// serve is one connection: a greeting without a login, and CONNECT to a name.
func (p *socksProxy) serve(conn net.Conn) {
	defer conn.Close()
	var head [4]byte
	if _, err := io.ReadFull(conn, head[:2]); err != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, conn, int64(head[1]))
	_, _ = conn.Write([]byte{5, 0})
	if _, err := io.ReadFull(conn, head[:]); err != nil || head[3] != 3 {
		return
	}
	var length [1]byte
	_, _ = io.ReadFull(conn, length[:])
	rest := make([]byte, int(length[0])+2)
	if _, err := io.ReadFull(conn, rest); err != nil {
		return
	}
	host := string(rest[:length[0]])
	p.mu.Lock()
	p.asked = append(p.asked, net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(rest[length[0]:])))))
	p.mu.Unlock()
	server, err := net.Dial("tcp", p.target)
	if host != p.name || err != nil {
		_, _ = conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
		return
	}
	defer server.Close()
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	go func() {
		_, _ = io.Copy(server, conn)
		server.Close()
	}()
	_, _ = io.Copy(conn, server)
}

// TestInitThroughProxy has nothing go past the proxy, of the flag or of the
// defaults: neither names nor pages nor the login.
func TestInitThroughProxy(t *testing.T) {
	for _, isFlag := range []bool{true, false} {
		r := newFoundRig(t)
		names := discovertest.StartDNS(t, "_pop3s._tcp.example.org SRV 0 1 995 pop.example.org", "pop.example.org A 127.0.0.1")
		net.DefaultResolver = names.Resolver()
		proxy := startSOCKS(t, "pop.example.org", r.server)
		args := []string{"me@example.org", "--user", "me.pop", "--password-env", "PASSWORD"}
		if isFlag {
			args = append(args, "--proxy", "socks5://"+proxy.Addr().String())
		} else if err := os.WriteFile(r.config, []byte("defaults:\n  proxy: socks5://"+proxy.Addr().String()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := r.init(args...)
		said := "popfetch: looking through the proxy " + proxy.Addr().String() + ", and not in DNS, which can't be asked through it\n"
		text, err := os.ReadFile(r.config)
		if code != exitOK || !strings.Contains(stderr, said) || strings.Contains(string(text), "    proxy: socks5://") != isFlag {
			t.Errorf("exit code %d, %v\n%s%s", code, err, text, stderr)
		}
		if asked := names.AskedQuestions(); len(asked)+len(r.asked()) > 0 {
			t.Errorf("asked past the proxy: %q, %q", asked, r.asked())
		}
		want := []string{
			"autoconfig.example.org:443", "example.org:443", "autoconfig.thunderbird.net:443",
			"pop.example.org:995", "pop.example.org:995",
		}
		if !slices.Equal(proxy.asked, want) {
			t.Errorf("asked the proxy for %q, want %q", proxy.asked, want)
		}
	}
}
