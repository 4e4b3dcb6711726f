package command_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// A relay stands between a client and a server, and cuts the connections when
// so many bytes have passed as it was told.
type relay struct {
	listener net.Listener
	server   string
	left     atomic.Int64 // bytes that may still pass
	cuts     atomic.Int64
	running  sync.WaitGroup
}

// endless is for a connection that isn't to be cut.
const endless = 1 << 60

func newRelay(t testing.TB, server string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: listener, server: server}
	r.left.Store(endless)
	r.running.Go(r.serve)
	t.Cleanup(func() {
		listener.Close()
		r.running.Wait()
	})
	return r
}

func (r *relay) addr() string { return r.listener.Addr().String() }

// cutAfter lets so many bytes pass from now on, in both directions together.
func (r *relay) cutAfter(n int64) { r.left.Store(n) }

func (r *relay) serve() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.server)
		if err != nil {
			client.Close()
			continue
		}
		r.running.Go(func() { r.pass(server, client, client) })
		r.running.Go(func() { r.pass(client, server, client) })
	}
}

// pass copies what one side says to the other until one of them ends that, or
// the relay, which has the client find its connection dead.
func (r *relay) pass(to, from, client net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 4<<10)
	for {
		n, err := from.Read(buffer)
		if left := r.left.Add(-int64(n)); left < 0 {
			to.Write(buffer[:max(0, int64(n)+left)])
			r.cut(client, left+int64(n) >= 0)
			return
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

// cut ends a connection, now and then with a reset. Only the first time counts.
func (r *relay) cut(client net.Conn, first bool) {
	if first && r.cuts.Add(1)%2 == 0 {
		client.(*net.TCPConn).SetLinger(0)
	}
	client.Close()
}
