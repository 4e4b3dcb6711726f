// Package faraway puts a server far away: a proxy on loopback that delays what passes through it
// by half a round trip in either direction, and counts the round trips that a client waits for.
package faraway

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"popfetch/fetch/pop3/pop3d/fault"
)

// A Proxy passes connections on to one server, with a bandwidth that only the machine limits and
// any number of bytes under way up to 8 MB.
type Proxy struct {
	listener net.Listener
	server   string
	rtt      time.Duration
	running  sync.WaitGroup

	mu    sync.Mutex
	conns []*meter
	open  map[*meter]bool
}

// Start listens on an address of loopback; port 0 is a free one.
func Start(address, server string, rtt time.Duration) (*Proxy, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: listener, server: server, rtt: rtt, open: make(map[*meter]bool)}
	p.running.Go(p.serve)
	return p, nil
}

// Addr is host and port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close ends all connections and returns when nothing runs any more.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for conn := range p.open {
		_ = conn.Conn.Close()
	}
	p.mu.Unlock()
	p.running.Wait()
	return err
}

// RoundTrips is the sum over all connections since it was last asked. See meter for what counts.
func (p *Proxy) RoundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := 0
	for _, conn := range p.conns {
		sum += conn.roundTrips()
	}
	p.conns = nil
	return sum
}

func (p *Proxy) serve() {
	delayed := fault.Delayed(metered{p.listener, p}, p.rtt)
	for {
		conn, err := delayed.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.running.Go(func() { p.pass(conn) })
		}
	}
}

// pass carries one connection, until both sides have ended it.
func (p *Proxy) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	p.running.Go(func() {
		_, _ = io.Copy(server, client)                            // However it ended,
		_ = server.(interface{ CloseWrite() error }).CloseWrite() // the server shall know.
	})
	_, _ = io.Copy(client, server)
}

// metered makes the accepted connections count.
type metered struct {
	net.Listener
	proxy *Proxy
}

// Accept waits for the next connection.
func (l metered) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	m := &meter{Conn: conn, rtt: l.proxy.rtt}
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	l.proxy.conns = append(l.proxy.conns, m)
	l.proxy.open[m] = true
	m.closed = func() {
		l.proxy.mu.Lock()
		defer l.proxy.mu.Unlock()
		delete(l.proxy.open, m)
	}
	return m, nil
}
