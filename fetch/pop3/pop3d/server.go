package pop3d

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"sync"
	"time"
)

const (
	defaultIdle     = 10 * time.Minute       // RFC 1939 section 3 asks for ten minutes at least
	defaultLockWait = 500 * time.Millisecond // enough for a session that was cut to be noticed
)

// errNoCertificate is what a server of POP3S without a certificate ends with.
var errNoCertificate = errors.New("pop3d: Implicit needs a TLS configuration")

// A User is somebody who may log in.
type User struct {
	Password string
	Maildrop *Maildrop // nil is an empty one
}

// A Server serves maildrops over POP3. Its fields are set before the first
// connection is served and then left alone; SetUser and SetIntercept make
// changes later. The zero value is a server that lets nobody in.
type Server struct {
	// Users are those who may log in, by name.
	Users map[string]User

	// TLS makes the server offer STLS (RFC 2595), or speak TLS from the
	// first byte on if Implicit is set.
	TLS      *tls.Config
	Implicit bool

	// Capabilities answers CAPA before login, LoginCapabilities after it,
	// line by line. Where one is nil, the server tells what is true.
	Capabilities      []string
	LoginCapabilities []string

	// Mechanisms are offered for AUTH beside PLAIN, by their name in upper
	// case. Each function begins one dialogue, which calls accept with the
	// name of the user it has recognised.
	Mechanisms map[string]func(c *Conn, accept func(user string)) Mechanism

	// Stamp is the timestamp, such as <1896.697170952@pop3d>, that ends the
	// greeting and so offers APOP. Without one, there is no APOP.
	Stamp string

	// Shared lets several sessions open a maildrop at a time. Otherwise a
	// second login waits for LockWait (500 ms if zero, not at all if
	// negative) and is then refused with [IN-USE].
	Shared   bool
	LockWait time.Duration

	// Idle is how long a connection may pass no byte in either direction
	// before the server hangs up: 10 minutes if zero.
	Idle time.Duration

	// Settle is how long the client has to be silent before the server sends
	// the answers that it has gathered; see Session.Flights.
	Settle time.Duration

	// BareLF makes a server that Start starts end all its lines with LF alone,
	// those of messages and the final dot too; without TLS.
	BareLF bool

	// Unrecorded keeps the server from remembering commands, which a long
	// benchmark would pay for.
	Unrecorded bool

	// Intercept is asked first about each command; see there.
	Intercept Intercept

	mu        sync.Mutex
	closed    bool
	addr      string
	listeners map[net.Listener]bool
	conns     map[*Conn]bool
	records   []*record
	running   sync.WaitGroup
}

// SetUser adds a user, or changes one. It may be called at any time; a running
// session keeps the maildrop it has opened.
func (s *Server) SetUser(name, password string, drop *Maildrop) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users := map[string]User{} // a new map: the old one may be another server's, too
	maps.Copy(users, s.Users)
	users[name] = User{Password: password, Maildrop: drop}
	s.Users = users
}

// SetIntercept replaces the server's Intercept, also for running sessions,
// from their next command on. Nil ends all interference.
func (s *Server) SetIntercept(f Intercept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Intercept = f
}

// Start listens on a free port of 127.0.0.1 and serves it in the background
// until Close. Addr then tells where.
func (s *Server) Start() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("pop3d: %w", err)
	}
	return s.StartOn(l)
}

// StartOn serves the connections of l as Start does those of its own.
func (s *Server) StartOn(l net.Listener) error {
	addr := l.Addr().String()
	if s.BareLF {
		l = bareListener{l}
	}
	if err := s.addListener(l); err != nil {
		return errors.Join(err, l.Close())
	}
	s.mu.Lock()
	s.addr = addr
	s.mu.Unlock()
	s.running.Go(func() { _ = s.acceptFrom(l) })
	return nil
}

// Addr is the host and port that Start listens on, or empty.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// Serve serves the connections that l accepts, several at a time, until Close
// is called, which makes it return nil, or l fails. It closes l.
func (s *Server) Serve(l net.Listener) error {
	if err := s.addListener(l); err != nil {
		return errors.Join(err, l.Close())
	}
	return s.acceptFrom(l)
}

// ServeConn serves one connection to its end and closes it.
func (s *Server) ServeConn(conn net.Conn) error {
	c := newConn(s, conn)
	if err := s.addConn(c); err != nil {
		return errors.Join(err, conn.Close())
	}
	s.runConn(c)
	return nil
}

// Close ends all connections at once and returns when nothing runs any more.
// It must not be called from an Intercept, for which it would wait.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var err error
	for l := range s.listeners {
		err = errors.Join(err, l.Close())
	}
	clear(s.listeners)
	for c := range s.conns {
		c.wire.abort()
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}
