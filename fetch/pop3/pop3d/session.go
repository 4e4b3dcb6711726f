package pop3d

import (
	"slices"
	"sync"
)

// A Session is what the server remembers of one connection.
type Session struct {
	Number int    // counted from 1 in the order of connecting
	User   string // who logged in, or empty
	TLS    bool   // whether the connection was encrypted, from the start or by STLS
	Ended  bool   // whether it is over

	// Commands are the lines that the server took up, in order, as they were
	// sent, without their line end. Answers to a challenge of AUTH are among
	// them, and secrets are not hidden.
	Commands []string

	// Flights is how many times the server had answered something, had
	// carried out every command that it had received, had sent everything
	// it had to say, and then had to wait until the client's next line came.
	// The greeting is an answer, and so is the +OK to STLS, which counts one
	// if TLS is begun. The wait for a line that never comes, as after QUIT,
	// does not count, nor do the turns of a TLS handshake, with the last of
	// which the client's next line may come. The session so lasts about
	// Flights round trips from the greeting on, and those of the handshake.
	//
	// What one Write of the client holds, up to 32 KiB, counts as received
	// together. A client that writes a burst of commands in several pieces,
	// or has TLS cut it into records, may be answered in between, and so be
	// counted more than one flight for it by chance. Server.Settle excludes
	// that: answers are then kept back until the client has been silent that
	// long, unless they fill the server's buffer of 32 KiB.
	Flights int
}

// Sessions are all connections since the server was made, in their order, as
// they are now.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	records := slices.Clone(s.records)
	s.mu.Unlock()
	sessions := make([]Session, 0, len(records))
	for _, r := range records {
		sessions = append(sessions, r.copySession())
	}
	return sessions
}

// Connections is how many connections the server has accepted.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records)
}

// A record guards a Session while it goes on.
type record struct {
	mu      sync.Mutex
	session Session
	mute    bool // keeps no commands
}

// addLine takes down a line from the client.
func (r *record) addLine(line string, flight bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if flight {
		r.session.Flights++
	}
	if !r.mute {
		r.session.Commands = append(r.session.Commands, line)
	}
}

// changeSession changes the session in another way.
func (r *record) changeSession(change func(*Session)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.session)
}

// copySession is the session as it is now.
func (r *record) copySession() Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	session := r.session
	session.Commands = slices.Clone(session.Commands)
	return session
}
