package fault

import (
	"net"
	"sync"
	"time"
)

// lastWords is how long a client that reads nothing can delay the end.
const lastWords = 5 * time.Second

// Delayed makes the connections that l accepts behave as if the client were
// far away: a byte arrives half a round-trip time after it was sent, in either
// direction, however many are under way (up to 8 MB). So a round trip costs
// what it costs, while pipelining and big messages are as fast as ever.
//
// The handshake of TCP can't be delayed for the client, so the connection
// begins for the server one and a half round trips after it was accepted, as
// if the client had just begun to connect. A client that closes its half of
// the connection only is taken to have closed it all. Close of a connection
// waits until what was written before has arrived.
func Delayed(l net.Listener, rtt time.Duration) net.Listener {
	return &delayedListener{Listener: l, rtt: rtt}
}

type delayedListener struct {
	net.Listener
	rtt time.Duration
}

// Accept waits for the next connection.
func (l *delayedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newDelayedConn(conn, l.rtt), nil
}

// A delayedConn is the server's end of a pipe, whose other end is coupled to
// the real connection by two lags, each filled by one goroutine and emptied by
// another. Close waits for all four.
type delayedConn struct {
	net.Conn          // what the server reads and writes
	far      net.Conn // the other end of that
	real     net.Conn // what the client reads and writes
	rtt      time.Duration
	running  sync.WaitGroup

	mu        sync.Mutex
	abandoned bool
}

func newDelayedConn(conn net.Conn, rtt time.Duration) *delayedConn {
	near, far := net.Pipe()
	c := &delayedConn{Conn: near, far: far, real: conn, rtt: rtt}
	opened := time.Now().Add(rtt * 3 / 2)
	toServer, toClient := newLag(rtt/2, opened.Add(-rtt/2)), newLag(rtt/2, opened)
	c.running.Go(func() { toServer.fillFrom(conn) })
	c.running.Go(func() { toClient.fillFrom(far) })
	c.running.Go(func() {
		toServer.emptyInto(far)
		_ = far.Close()
	})
	c.running.Go(func() {
		toClient.emptyInto(conn)
		_ = conn.Close()
		_ = far.Close() // what the server writes now has no reader
	})
	return c
}

// Close closes the connection behind what is under way to the client. A client
// that doesn't read holds it up for a few seconds at most.
func (c *delayedConn) Close() error {
	err := c.Conn.Close()
	c.mu.Lock()
	if !c.abandoned {
		_ = c.real.SetWriteDeadline(time.Now().Add(c.rtt + lastWords))
	}
	c.mu.Unlock()
	c.running.Wait()
	return err
}

// SetDeadline is that of what the server reads and writes. One in the past also
// gives up what is under way, so that Close needn't wait for a client that
// doesn't read.
func (c *delayedConn) SetDeadline(t time.Time) error {
	if !t.IsZero() && t.Before(time.Now()) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.abandoned = true
		_ = c.real.SetDeadline(t)
	}
	return c.Conn.SetDeadline(t)
}

// SetLinger is that of TCP, as far as the connection has it.
func (c *delayedConn) SetLinger(sec int) error {
	if l, ok := c.real.(interface{ SetLinger(int) error }); ok {
		return l.SetLinger(sec)
	}
	return nil
}

// LocalAddr is the address that the client connected to.
func (c *delayedConn) LocalAddr() net.Addr { return c.real.LocalAddr() }

// RemoteAddr is the address of the client.
func (c *delayedConn) RemoteAddr() net.Addr { return c.real.RemoteAddr() }
