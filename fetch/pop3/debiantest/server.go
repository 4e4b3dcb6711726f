package debiantest

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Server is one running instance. Its methods are for the test that started it and fail that test
// when something goes wrong.
type Server struct {
	Kind
	// Addr is host and port, where a session begins in clear text.
	Addr string

	t        testing.TB
	root     string
	mail     mailbox
	log      *os.File
	listener net.Listener
	loop     sync.WaitGroup // that takes connections
	helpers  sync.WaitGroup // processes that last as long as the instance

	mu       sync.Mutex
	sessions map[*session]bool // that are going on
}

// Start runs an instance until the test ends. A test that fails shows what the server logged.
func Start(t testing.TB, kind Kind) *Server {
	t.Helper()
	servers, err := findServers()
	if err != nil {
		skipOrFail(t, err)
	}
	s := &Server{Kind: kind, t: t, sessions: map[*session]bool{}}
	// In /tmp whatever TMPDIR says: the user must be able to reach it.
	if s.root, err = os.MkdirTemp("/tmp", "popfetch-"+kind.Name+"-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.cleanUp)
	s.mail = kind.mailbox(s.root)
	err = errors.Join(makeRoot(s.root, servers, kind), s.mail.makeEmpty())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.openPort(); err != nil {
		t.Fatalf("start %s: %v", kind.Name, err)
	}
	return s
}

// openPort opens the log and the port.
func (s *Server) openPort() (err error) {
	if s.log, err = os.OpenFile(s.pathOf("log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return err
	}
	if s.prepare != nil {
		if err := s.prepare(s); err != nil {
			return err
		}
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	s.Addr = s.listener.Addr().String()
	s.loop.Go(s.acceptSessions)
	return nil
}

// findServers returns the folder with the servers.
func findServers() (string, error) {
	switch folder := os.Getenv("POPFETCH_SERVERS"); {
	case !supported:
		return "", errors.New("debiantest works on Linux only")
	case folder == "":
		return "", errors.New("POPFETCH_SERVERS names no folder with Debian's servers")
	case os.Getuid() != 0:
		return "", errors.New("debiantest needs root, as the servers turn into the user whose mail it is")
	default:
		_, err := os.Stat(filepath.Join(folder, "usr"))
		return folder, err
	}
}

// skipOrFail ends the test for want of the servers.
func skipOrFail(t testing.TB, reason error) {
	t.Helper()
	if os.Getenv("POPFETCH_INTEROP") == "required" {
		t.Fatalf("POPFETCH_INTEROP=required: %v", reason)
	}
	t.Skip(reason)
}

// pathOf returns the name of something in the root.
func (s *Server) pathOf(name string) string { return filepath.Join(s.root, name) }

// Deliver puts messages into the mailbox, once the server has let go of it. Their lines may end in
// CRLF or LF; a server of these keeps LF and sends CRLF.
func (s *Server) Deliver(messages ...[]byte) {
	s.t.Helper()
	s.WaitIdle()
	if err := s.mail.deliver(messages); err != nil {
		s.t.Fatalf("%s: deliver: %v", s.Name, err)
	}
}

// Count returns how many messages are in the mailbox, once the server has let go of it.
func (s *Server) Count() int {
	s.t.Helper()
	s.WaitIdle()
	count, err := s.mail.count()
	if err != nil {
		s.t.Fatalf("%s: look into the mailbox: %v", s.Name, err)
	}
	return count
}

// cleanUp waits for the processes, which end with the test's context, and removes the root.
func (s *Server) cleanUp() {
	if s.listener != nil {
		s.listener.Close()
		s.loop.Wait()
	}
	s.WaitIdle()
	s.helpers.Wait()
	if s.log != nil {
		s.log.Close()
	}
	if log, err := os.ReadFile(s.pathOf("log")); s.t.Failed() && err == nil {
		s.t.Logf("the log of %s:\n%s", s.Name, log)
	}
	if err := os.RemoveAll(s.root); err != nil {
		s.t.Errorf("remove the root of %s: %v", s.Name, err)
	}
}
