package pop3d

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"net"
	"time"
)

// addListener takes note of a listener, so that Close can close it.
func (s *Server) addListener(l net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	if s.Implicit && s.TLS == nil {
		return errNoCertificate
	}
	if s.listeners == nil {
		s.listeners = make(map[net.Listener]bool)
	}
	s.listeners[l] = true
	return nil
}

// acceptFrom starts a session for each connection of l.
func (s *Server) acceptFrom(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return s.dropListener(l, err)
		}
		c := newConn(s, conn)
		if err := s.addConn(c); err != nil {
			return errors.Join(conn.Close(), s.dropListener(l, err))
		}
		go s.runConn(c)
	}
}

// dropListener closes l after its error, which is none if the server was closed.
func (s *Server) dropListener(l net.Listener, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	delete(s.listeners, l)
	return errors.Join(err, l.Close())
}

// addConn takes note of a connection that is about to be served: from now on
// Close waits for it.
func (s *Server) addConn(c *Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	if s.Implicit && s.TLS == nil {
		return errNoCertificate
	}
	if s.conns == nil {
		s.conns = make(map[*Conn]bool)
	}
	s.conns[c] = true
	c.record = &record{session: Session{Number: len(s.records) + 1}, mute: s.Unrecorded}
	s.records = append(s.records, c.record)
	s.running.Add(1)
	return nil
}

// runConn serves a connection that has entered, to its end.
func (s *Server) runConn(c *Conn) {
	defer s.running.Done()
	c.serve()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// currentIntercept is the Intercept of now.
func (s *Server) currentIntercept() Intercept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Intercept
}

// isPassword says whether the password is that of the user.
func (s *Server) isPassword(name, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.Users[name]
	same := subtle.ConstantTimeCompare([]byte(password), []byte(user.Password)) == 1
	return ok && same
}

// maildropOf is the user's maildrop.
func (s *Server) maildropOf(name string) *Maildrop {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.Users[name].Maildrop, new(Maildrop))
}

// idleLimit is the Idle in force.
func (s *Server) idleLimit() time.Duration { return cmp.Or(s.Idle, defaultIdle) }

// lockWait is the LockWait in force.
func (s *Server) lockWait() time.Duration { return cmp.Or(s.LockWait, defaultLockWait) }
