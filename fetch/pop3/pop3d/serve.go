package pop3d

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"net"
	"time"
)

// add takes note of a listener, so that Close can close it.
func (s *Server) add(l net.Listener) error {
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

// accept starts a session for each connection of l.
func (s *Server) accept(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return s.dropListener(l, err)
		}
		c := newConn(s, conn)
		if err := s.enter(c); err != nil {
			return errors.Join(conn.Close(), s.dropListener(l, err))
		}
		go s.run(c)
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

// enter takes note of a connection that is about to be served: from now on
// Close waits for it.
func (s *Server) enter(c *Conn) error {
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

// run serves a connection that has entered, to its end.
func (s *Server) run(c *Conn) {
	defer s.running.Done()
	c.serve()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// intercept is the Intercept of now.
func (s *Server) intercept() Intercept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Intercept
}

// check says whether the password is that of the user.
func (s *Server) check(name, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.Users[name]
	same := subtle.ConstantTimeCompare([]byte(password), []byte(user.Password)) == 1
	return ok && same
}

// maildrop is the user's maildrop.
func (s *Server) maildrop(name string) *Maildrop {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.Users[name].Maildrop, new(Maildrop))
}

// idle is the Idle in force.
func (s *Server) idle() time.Duration { return cmp.Or(s.Idle, defaultIdle) }

// lockWait is the LockWait in force.
func (s *Server) lockWait() time.Duration { return cmp.Or(s.LockWait, defaultLockWait) }
