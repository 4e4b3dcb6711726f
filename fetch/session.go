package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
)

// grace is how long a session that is told to stop may take to come to an
// orderly end: the messages under way, and QUIT.
const grace = 3 * time.Second

// cautious is how large messages are thought to be, in bytes, where a run may
// have to stop among the first of them: what was asked for by then still comes.
const cautious = 256 << 10

// A Session is an open connection on which the login has succeeded, and what
// was learnt on the way.
type Session struct {
	Client    *pop3.Client
	Greeting  string
	Before    pop3.Capabilities    // before the login, under TLS if there is any
	TLS       *tls.ConnectionState // nil without TLS
	Mechanism string               // by which the login was done

	assumed  bool // Before was told to an earlier run
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

// Connect connects and logs in. When ctx ends before that is done, so does the
// session at once; afterwards what waits for the server goes on for a grace of
// three seconds, so that the caller can bring the session to an end.
func (j *Job) Connect(ctx context.Context) (*Session, error) {
	conn, err := j.Server.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{}
	life, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	s.cancel = cancel
	s.unwatch = context.AfterFunc(ctx, func() {
		if s.loggedIn.Load() {
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
	if err := s.open(ctx, j); err != nil {
		s.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, err
	}
	return s, nil
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

// open brings the session from the greeting to the end of the login. What the
// server offers is only asked for where no earlier run remembers it.
func (s *Session) open(ctx context.Context, j *Job) (err error) {
	if s.Greeting, err = s.Client.Greeting(); err != nil {
		return err
	}
	known := j.acquainted()
	if known == nil {
		if s.Before, err = s.Client.Capabilities(); err != nil {
			return err
		}
	}
	if j.Server.Security == dial.StartTLS {
		if err := s.startTLS(ctx, &j.Server, known == nil); err != nil {
			return err
		}
	}
	if known != nil {
		s.assume(known)
	}
	if err := s.login(ctx, j); err != nil {
		if known != nil {
			j.forget()
		}
		return err
	}
	s.loggedIn.Store(true)
	return ctx.Err()
}

func (s *Session) login(ctx context.Context, j *Job) (err error) {
	credentials := j.Login
	credentials.Protected = credentials.Protected || s.TLS != nil || j.Server.Loopback()
	password := sync.OnceValues(func() (string, error) { return j.Login.Password(ctx) })
	credentials.Password = func(context.Context) (string, error) { return password() }
	s.Mechanism, err = auth.Login(ctx, s.Client, credentials)
	refused := (*pop3.Error)(nil)
	if s.assumed && errors.As(err, &refused) && !refused.Temporary() && s.misjudged() {
		s.Mechanism, err = auth.Login(ctx, s.Client, credentials)
	}
	return err
}

func (s *Session) startTLS(ctx context.Context, server *dial.Server, ask bool) error {
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
	if err == nil && ask {
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
