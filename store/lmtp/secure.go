package lmtp

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"popfetch/store/hint"
)

// Protection says where the connection to a peer is to have TLS.
type Protection int

// OffMachine leaves it out only to this very machine: over the loopback interface, or a
// socket. The others hold wherever the peer is.
const (
	OffMachine Protection = iota
	Always
	Never
)

// isDemanded reports whether a connection is to have TLS. The address that it really goes
// to decides, whatever name led there.
func (p Protection) isDemanded(conn net.Conn) bool {
	if p != OffMachine {
		return p == Always
	}
	switch to := conn.RemoteAddr().(type) {
	case *net.UnixAddr:
		return false
	case *net.TCPAddr:
		return !to.IP.IsLoopback()
	default:
		return true
	}
}

// ErrNoTLS says that the peer offers no TLS, without which mail would cross the
// network in the clear. None was sent.
var ErrNoTLS = hint.Errorf(
	"have the server offer it; or write lmtp as a map, with server, recipient and tls: none, which takes the risk",
	"it offers no STARTTLS, and the mail would cross the network in the clear",
)

// A TLSError says that TLS with the peer did not come about, for a lasting reason. No mail
// was sent.
type TLSError struct{ Err error }

func (e *TLSError) Error() string { return e.Err.Error() }

func (e *TLSError) Unwrap() error { return e.Err }

// Hint tells the way out.
func (e *TLSError) Hint() string {
	if way := hint.Of(e.Err); way != "" {
		return "in the map of lmtp: " + way
	}
	return ""
}

// startTLS begins TLS, RFC 3207, and greets the peer anew: what it said in the clear counts
// for nothing, and what it said there unasked is dropped with the client that read it.
func (p *peer) startTLS(ctx context.Context, conn *guardedConn) error {
	if offered, _ := p.client.Extension("STARTTLS"); !offered {
		return ErrNoTLS
	}
	if err := startTLS(conn, p.timeout); err != nil {
		return err
	}
	released, err := conn.releaseForTLS()
	if err != nil {
		return err
	}
	secured, err := p.options.Secure(ctx, released)
	if err != nil {
		return err
	}
	p.newClient(newGuardedConn(&greetedConn{Conn: secured, left: greeting}, p.timeout))
	return p.sayHello()
}

// startTLS says the command and takes the answer, of which go-smtp has no public way for
// LMTP. No more is read than the answer, as TLS follows.
func startTLS(conn *guardedConn, timeout time.Duration) error {
	if _, err := io.WriteString(conn, "STARTTLS\r\n"); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	in := textproto.NewReader(bufio.NewReader(conn))
	code, text, err := in.ReadResponse(220)
	if _, isAnswer := err.(*textproto.Error); isAnswer {
		return &smtp.SMTPError{Code: code, Message: text}
	}
	if err != nil {
		return err
	}
	return conn.SetReadDeadline(time.Time{})
}

// greeting is what a client of go-smtp waits for first. Behind STARTTLS there is none.
const greeting = "220 secured\r\n"

// A greetedConn is a connection that begins with a greeting.
type greetedConn struct {
	net.Conn
	left string
}

func (c *greetedConn) Read(p []byte) (int, error) {
	if c.left == "" {
		return c.Conn.Read(p)
	}
	n, err := strings.NewReader(c.left).Read(p)
	c.left = c.left[n:]
	return n, err
}
