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

// serve takes connections as inetd does: each gets a process of its own.
func (s *Server) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // the test is over
		}
		if err := s.begin(conn.(*net.TCPConn)); err != nil {
			fmt.Fprintf(s.log, "debiantest: %v\n", err)
		}
	}
}

// begin starts a session.
func (s *Server) begin(conn *net.TCPConn) error {
	file, err := conn.File()
	conn.Close()
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := s.command(s.session...)
	cmd.Env = append(cmd.Env, s.environ...)
	cmd.Stdin, cmd.Stdout = file, file
	one := &session{}
	s.with(func() { s.sessions[one] = true })
	started := make(chan error)
	go func() {
		run(cmd, started)
		s.with(func() { delete(s.sessions, one) })
	}()
	if err := <-started; err != nil {
		return err
	}
	s.with(func() { one.pid = cmd.Process.Pid })
	return nil
}

// with does something with the sessions while nobody else does.
func (s *Server) with(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// open returns how many sessions are going on.
func (s *Server) open() (n int) {
	s.with(func() { n = len(s.sessions) })
	return n
}

// Idle waits until all sessions have ended, which may be a while after the client has gone: only
// then does the server let go of the mailbox.
func (s *Server) Idle() {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); s.open() > 0; {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: %d sessions don't end", s.Name, s.open())
		}
		time.Sleep(time.Millisecond)
	}
}

// Kill ends all sessions at once, as when the server's machine fails.
func (s *Server) Kill() {
	s.t.Helper()
	s.with(func() {
		for one := range s.sessions {
			if one.pid != 0 {
				_ = killGroup(one.pid) // It may have ended by itself.
			}
		}
	})
	s.Idle()
}
