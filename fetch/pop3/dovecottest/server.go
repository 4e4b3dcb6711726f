package dovecottest

import (
	"errors"
	"os"
	"testing"
)

// Server is one running instance. Its methods are for the test that started it and fail that
// test when something goes wrong; they may be used while clients are connected.
type Server struct {
	// PlainAddr and TLSAddr are host and port: the first begins in clear text, offers STLS and
	// takes plain-text logins all the same, the second is POP3S.
	PlainAddr, TLSAddr string
	// CAFile is the PEM file of the authority that signed the server's certificate.
	CAFile string
	// Fingerprint is that of the server's certificate, as "sha256:" and lower-case hex.
	Fingerprint string

	t         testing.TB
	home      string
	account   account
	process   *process
	delivered int // messages so far; names the next one's file
}

// Start runs an instance until the test ends, and returns when it takes connections. A test that
// fails shows the instance's log.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	path, err := program()
	if err != nil {
		skipOrFail(t, err)
	}
	set := defaultSettings()
	for _, option := range options {
		option(&set)
	}
	if set.lmtp && !hasLMTP() {
		skipOrFail(t, errors.New("dovecot's LMTP server is not installed"))
	}
	s := &Server{t: t}
	s.makeHome()
	for try := 1; ; try++ {
		err := s.startOnFreePorts(path, set)
		if err == nil {
			return s
		}
		if !errors.Is(err, errPortTaken) || try == startTries {
			t.Fatalf("start dovecot: %v", err)
		}
	}
}

// LMTPSocket is the path of the socket where an instance started with [WithLMTP] takes mail. The
// recipients are the users, by their names.
func (s *Server) LMTPSocket() string { return s.pathOf("run", "lmtp") }

// skipOrFail ends the test for want of a Dovecot.
func skipOrFail(t testing.TB, reason error) {
	t.Helper()
	if os.Getenv("POPFETCH_INTEROP") == "required" {
		t.Fatalf("POPFETCH_INTEROP=required: %v", reason)
	}
	t.Skip(reason)
}

// cleanUp ends the instance and removes its home.
func (s *Server) cleanUp() {
	if s.process != nil {
		if err := s.process.killAll(); err != nil {
			s.t.Errorf("end dovecot: %v", err)
		}
	}
	if s.t.Failed() {
		if log, err := os.ReadFile(s.pathOf("log")); err == nil {
			s.t.Logf("dovecot's log:\n%s", log)
		}
	}
	if err := os.RemoveAll(s.home); err != nil {
		s.t.Errorf("remove dovecot's home: %v", err)
	}
}
