package debiantest

import (
	"fmt"
	"net"
	"time"
)

// A session is a process of the server for one connection.
type session struct {
	pid int // 0 before it has one
}

// acceptSessions takes connections as inetd does: each gets a process of its own.
func (s *Server) acceptSessions() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // the test is over
		}
		if err := s.beginSession(conn.(*net.TCPConn)); err != nil {
			fmt.Fprintf(s.log, "debiantest: %v\n", err)
		}
	}
}

// beginSession starts a session.
func (s *Server) beginSession(conn *net.TCPConn) error {
	file, err := conn.File()
	conn.Close()
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := s.newCommand(s.session...)
	cmd.Env = append(cmd.Env, s.environ...)
	cmd.Stdin, cmd.Stdout = file, file
	one := &session{}
	s.withSessions(func() { s.sessions[one] = true })
	started := make(chan error)
	go func() {
		runCommand(cmd, started)
		s.withSessions(func() { delete(s.sessions, one) })
	}()
	if err := <-started; err != nil {
		return err
	}
	s.withSessions(func() { one.pid = cmd.Process.Pid })
	return nil
}

// withSessions does something with the sessions while nobody else does.
func (s *Server) withSessions(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// openSessions returns how many sessions are going on.
func (s *Server) openSessions() (n int) {
	s.withSessions(func() { n = len(s.sessions) })
	return n
}

// WaitIdle waits until all sessions have ended, which may be a while after the client has gone: only
// then does the server let go of the mailbox.
func (s *Server) WaitIdle() {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); s.openSessions() > 0; {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: %d sessions don't end", s.Name, s.openSessions())
		}
		time.Sleep(time.Millisecond)
	}
}

// KillSessions ends all sessions at once, as when the server's machine fails.
func (s *Server) KillSessions() {
	s.t.Helper()
	s.withSessions(func() {
		for one := range s.sessions {
			if one.pid != 0 {
				_ = killGroup(one.pid) // It may have ended by itself.
			}
		}
	})
	s.WaitIdle()
}
