package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"popfetch/config/secret/conceal"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
)

// grace is how long a session that is told to stop may take to come to an
// orderly end: the messages under way, and QUIT. It is a variable for the sake
// of tests.
var grace = 3 * time.Second

// cautious is how large messages are thought to be, in bytes, where a run may
// have to stop among the first of them: what was asked for by then still comes.
const cautious = 256 << 10

// A Session is an open connection on which the login has succeeded, and what
// was learnt on the way.
type Session struct {
	Client    *pop3.Client
	Remote    net.Addr // whom the connection goes to: the server, or the proxy
	Greeting  string
	Before    pop3.Capabilities    // before the login, under TLS if there is any
	TLS       *tls.ConnectionState // nil without TLS
	Mechanism string               // by which the login was done

	secrets  *conceal.Concealer // of the job
	assumed  bool               // Before was told to an earlier run
	listed   bool               // the server has told what it holds
	loggedIn atomic.Bool
	cancel   context.CancelCauseFunc
	unwatch  func() bool
}

// A NoTLSError says that a server that is to begin TLS with STLS doesn't. No
// password was sent.
type NoTLSError struct{ Err error }

func (e *NoTLSError) Error() string {
	if e.Err == nil {
		return "the server offers no STLS"
	}
	return "the server doesn't begin TLS: " + e.Err.Error()
}

func (e *NoTLSError) Unwrap() error { return e.Err }

// Hint tells the way out.
func (e *NoTLSError) Hint() string {
	return "try tls: implicit, mostly on port 995; if it used to work, somebody may be listening in"
}

// inUsePauses are the pauses before a login is tried again that was refused
// because the maildrop is in use. It may be our own last session, as nobody
// waits for the end of one that deletes nothing.
var inUsePauses = []time.Duration{500 * time.Millisecond, 1500 * time.Millisecond}

// Connect connects and logs in. When ctx ends before that is done, so does the
// session at once; afterwards what waits for the server goes on for a grace of
// three seconds, so that the caller can bring the session to an end. Where the
// overtime of a run is over, there is no grace.
func (j *Job) Connect(ctx context.Context) (*Session, error) {
	j = j.askingOnce(ctx)
	for _, pause := range inUsePauses {
		s, err := j.openSession(ctx)
		refused := (*pop3.Error)(nil)
		if !errors.As(err, &refused) || !refused.InUse() {
			return s, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
	return j.openSession(ctx)
}

// askingOnce returns the same job, which asks for the password once however
// often it logs in: it may be a person who is asked. It knows from one connection to
// the next by what it tried to log in.
func (j *Job) askingOnce(ctx context.Context) *Job {
	password := sync.OnceValues(func() (string, error) { return j.Login.Password(ctx) })
	once := *j
	if once.tried == nil {
		once.tried = new(string)
	}
	once.Login.Password = func(context.Context) (string, error) { return password() }
	once.rememberSecrets()
	return &once
}

// openSession makes a session, and another one if the first may have failed only
// because of what an earlier run remembers of the server.
func (j *Job) openSession(ctx context.Context) (*Session, error) {
	s, err := j.dialServer(ctx)
	if err != nil {
		return nil, err
	}
	err = s.enterTransaction(ctx, j)
	if s.assumed && err != nil && !isTemporary(err) {
		j.forgetCapabilities()
	}
	if s.wasDeceived(ctx, err) {
		s.Close()
		if s, err = j.dialServer(ctx); err != nil {
			return nil, err
		}
		err = s.enterTransaction(ctx, j)
	}
	if err == nil {
		return s, nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	s.Close()
	return nil, err
}

// dialServer makes a connection on which nothing has been said.
func (j *Job) dialServer(ctx context.Context) (*Session, error) {
	j.reportStep("connecting to %s", j.Server.Address())
	conn, err := j.Server.Connect(ctx)
	if err != nil {
		return nil, j.concealError(err)
	}
	s := &Session{Remote: conn.RemoteAddr(), secrets: j.Client.Secrets}
	life, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	s.cancel = cancel
	s.unwatch = context.AfterFunc(ctx, func() {
		if s.loggedIn.Load() && !isOvertimeUp(ctx) {
			time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
		} else {
			cancel(context.Cause(ctx))
		}
	})
	options := j.Client
	if !j.Rules.Until.IsZero() {
		options.Expected = cautious
	}
	s.Client = pop3.New(life, conn, &options)
	s.TLS = stateOf(conn)
	j.reportTLS(s.TLS)
	return s, nil
}

// reportTLS tells how the connection is protected by now.
func (j *Job) reportTLS(state *tls.ConnectionState) {
	if state != nil {
		j.reportStep("%s, %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
	}
}

// stateOf returns how a connection is protected, or nil if it isn't.
func stateOf(conn net.Conn) *tls.ConnectionState {
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := secured.ConnectionState()
	return &state
}

// ReachServer connects, up to where the login would begin: the server is one of POP3,
// and has the TLS that it should have. No name and no password is sent.
func (j *Job) ReachServer(ctx context.Context) error {
	s, err := j.dialServer(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	err = s.beginAuthorization(ctx, j)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// enterTransaction brings the session from the greeting to the end of the login.
func (s *Session) enterTransaction(ctx context.Context, j *Job) error {
	if err := s.beginAuthorization(ctx, j); err != nil {
		return err
	}
	if err := s.logIn(ctx, j); err != nil {
		return err
	}
	s.loggedIn.Store(true)
	j.reportStep("logged in as %s by %s", j.Login.User, s.Mechanism)
	return ctx.Err()
}

// beginAuthorization brings the session from the greeting to where the login begins. What
// the server offers is only asked for where no earlier run remembers it.
func (s *Session) beginAuthorization(ctx context.Context, j *Job) (err error) {
	if s.Greeting, err = s.Client.Greeting(); err != nil {
		return err
	}
	if known := j.rememberedCapabilities(); known != nil {
		s.assumeCapabilities(known)
	} else if s.Before, err = s.Client.Capabilities(); err != nil {
		return err
	}
	if j.Server.Security == dial.StartTLS {
		err = j.concealError(s.startTLS(ctx, &j.Server))
		j.reportTLS(s.TLS)
	}
	return err
}

func (s *Session) logIn(ctx context.Context, j *Job) (err error) {
	if err := j.checkVersion(s.TLS); err != nil {
		return err
	}
	err = s.tryLogin(ctx, j)
	refused, failed := (*pop3.Error)(nil), (*auth.LoginError)(nil)
	if s.assumed && errors.As(err, &refused) && !refused.Temporary() && errors.As(err, &failed) && s.wasMisjudged(failed, s.loginChannel(&j.Server)) {
		err = s.tryLogin(ctx, j)
	}
	return err
}

func (s *Session) tryLogin(ctx context.Context, j *Job) (err error) {
	s.Mechanism, err = auth.Login(ctx, s.Client, j.credentialsFor(s), s.loginChannel(&j.Server))
	if s.Mechanism != "" {
		*j.tried = s.Mechanism
	}
	return err
}

// loginChannel is the way that a login takes.
func (s *Session) loginChannel(server *dial.Server) auth.Channel {
	return auth.Channel{
		Host: server.Name(), Port: server.Port, Greeting: s.Greeting,
		TLS: s.TLS, Verified: s.TLS != nil && server.Verifies(), Local: server.IsLoopback(),
	}
}

func (s *Session) startTLS(ctx context.Context, server *dial.Server) error {
	if s.Before != nil && !s.Before.Has(pop3.CapSTLS) {
		return &NoTLSError{}
	}
	err := s.Client.StartTLS(func(conn net.Conn) (net.Conn, error) {
		secured, err := server.Upgrade(ctx, conn)
		if err == nil {
			s.TLS = stateOf(secured)
		}
		return secured, err
	})
	if refused := (*pop3.Error)(nil); errors.As(err, &refused) {
		return &NoTLSError{Err: err}
	}
	if err == nil {
		s.Before, err = s.Client.Capabilities()
	}
	return err
}

// Close ends the session; see pop3.Client.Close.
func (s *Session) Close() error {
	s.unwatch()
	err := s.Client.Close()
	s.cancel(nil)
	return err
}
