// Package server runs the Dovecot that the programs fetch from: that of dovecottest, set up for
// many accounts and for any number of rounds on the same mail.
package server

import (
	"iter"

	"popfetch/fetch/pop3/dovecottest"
	"popfetch/testdata/bench/arrived"
	"popfetch/testdata/bench/corpus"
)

// Password is that of every user.
const Password = "bench-secret"

// settings lets 200 accounts in at once, and keeps the server as it is whoever fetches: without
// pop3_no_flag_updates the first one to fetch a message would pay for marking it as seen.
var settings = []string{
	"pop3_no_flag_updates = yes",
	"mail_max_userip_connections = 1000",
	"auth_verbose = no",
	"service pop3-login {\n  process_min_avail = 2\n  client_limit = 2000\n}",
	"service pop3 {\n  process_limit = 1024\n}",
	"service auth {\n  client_limit = 4000\n}",
	"service anvil {\n  client_limit = 4000\n}",
}

// A Server is a running Dovecot.
type Server struct {
	Addr   string // host and port of POP3S
	CAFile string

	harness harness
	dovecot *dovecottest.Server
	users   map[string]bool
}

// Start starts a Dovecot without users.
func Start() (*Server, error) {
	s := &Server{users: make(map[string]bool)}
	err := try(func() {
		s.dovecot = dovecottest.Start(&s.harness, dovecottest.WithConfig(settings...))
	})
	if err != nil {
		s.Close()
		return nil, err
	}
	s.Addr, s.CAFile = s.dovecot.TLSAddr, s.dovecot.CAFile
	return s, nil
}

// Close ends it and removes all it had.
func (s *Server) Close() { s.harness.end() }

// Deliver puts messages into a user's maildrop, and returns what they will be known by. A user
// that isn't there is added.
func (s *Server) Deliver(user string, spec corpus.Spec) (arrived.Messages, error) {
	messages := make(arrived.Messages, spec.Count)
	var failed error
	err := try(func() {
		if !s.users[user] {
			s.dovecot.AddUser(user, Password)
			s.users[user] = true
		}
		s.dovecot.Deliver(user, noted(spec.Messages(), messages, &failed))
	})
	if err == nil {
		err = failed
	}
	return messages, err
}

// noted passes messages on and notes them.
func noted(from iter.Seq[[]byte], in arrived.Messages, failed *error) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for message := range from {
			if *failed = in.Add(message); *failed != nil || !yield(message) {
				return
			}
		}
	}
}
