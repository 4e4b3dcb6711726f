package faraway

import (
	"net"
	"sync"
	"time"
)

// A meter is a client's connection as the client sees it, with the way to the server behind it.
// It counts how long the longest chain of waiting is: what the client sends is one step further
// than what it had received by then, and what the server sends is as far as what had reached it.
// The steps of what the client received, up to the moment when it hung up, are its round trips.
//
// So a client that sends the next command whenever an answer has come is counted a round trip
// each, one that sends all its commands at once is counted one, and one that hangs up behind its
// QUIT without waiting saves the last. The handshake of TLS counts, that of TCP doesn't.
type meter struct {
	net.Conn
	rtt    time.Duration
	closed func()

	mu       sync.Mutex
	sent     []step // by the client, the first of each step
	received int    // the furthest step of what reached the client
	ended    bool
}

type step struct {
	at     time.Time
	number int
}

// Read reads what the client has sent.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.mu.Lock()
	defer m.mu.Unlock()
	if n > 0 && (len(m.sent) == 0 || m.sent[len(m.sent)-1].number <= m.received) {
		m.sent = append(m.sent, step{time.Now(), m.received + 1})
	}
	m.ended = m.ended || err != nil
	return n, err
}

// Write hands over to the client what has come from the server.
func (m *meter) Write(p []byte) (int, error) {
	m.arrived(time.Now())
	return m.Conn.Write(p)
}

// arrived notes that something comes in that the server sent half a round trip ago, when it had
// what the client sent another half before.
func (m *meter) arrived(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.sent) - 1; i >= 0 && !m.ended; i-- {
		if !m.sent[i].at.After(now.Add(-m.rtt)) {
			m.received = max(m.received, m.sent[i].number)
			return
		}
	}
}

// Close ends the connection.
func (m *meter) Close() error {
	m.closed()
	return m.Conn.Close()
}

func (m *meter) roundTrips() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.received
}
