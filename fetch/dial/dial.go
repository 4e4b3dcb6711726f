package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"popfetch/fetch/pop3"
)

// Security says how the connection to a server is protected.
type Security int

// Implicit is TLS from the first byte (POP3S, RFC 8314), StartTLS begins it
// with STLS and never goes on without (RFC 2595), None has no TLS.
const (
	Implicit Security = iota
	StartTLS
	None
)

// A Server is where to connect to and how.
type Server struct {
	Host     string // as a person writes it
	Port     int
	Security Security
	Command  string // with which StartTLS begins TLS, for a person; "" is STLS
	TLS      TLS
	Proxy    *Proxy // nil: none

	// ConnectTimeout is for TCP with what the proxy takes, and again for TLS; 0
	// is for ever.
	ConnectTimeout time.Duration
}

// TLS says whom to trust. The zero value trusts what the system trusts.
type TLS struct {
	Roots        *x509.CertPool    // instead of the system's
	ServerName   string            // instead of the host's name
	MinVersion   uint16            // of package tls; 0 is its default
	Certificates []tls.Certificate // to show to a server that asks for one
	Pins         []Pin             // trust exactly these, whoever issued them
	Insecure     bool              // trust anybody
	Legacy       Legacy            // what is allowed again for an old server
}

// Address is host and port, for a person.
func (s *Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// IsLoopback reports whether the server is this machine, by its name (RFC 6761,
// section 6.3) or address. Through a proxy it never is: there, both mean the
// proxy's machine.
func (s *Server) IsLoopback() bool {
	if s.Proxy != nil {
		return false
	}
	ip := net.ParseIP(s.Name())
	return strings.EqualFold(s.Name(), "localhost") || ip != nil && ip.IsLoopback()
}

// Addresses looks up the addresses of the server. It has none to tell where
// the host is an address itself, or where the proxy does the looking up.
func (s *Server) Addresses(ctx context.Context) ([]string, error) {
	if s.Proxy != nil || net.ParseIP(s.Name()) != nil {
		return nil, nil
	}
	limited, cancel := s.withConnectTimeout(ctx)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(limited, s.Name())
	if err != nil {
		return nil, trimNetError(err)
	}
	return addresses, nil
}

// Connect makes the TCP connection, through the proxy if there is one, and puts
// TLS on it if that comes first.
func (s *Server) Connect(ctx context.Context) (net.Conn, error) {
	conn, err := s.connectTCP(ctx)
	if ctx.Err() != nil {
		if err == nil {
			conn.Close()
		}
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	if s.Security != Implicit {
		return conn, nil
	}
	secured, err := s.Upgrade(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

func (s *Server) connectTCP(ctx context.Context) (net.Conn, error) {
	limited, cancel := s.withConnectTimeout(ctx)
	defer cancel()
	if s.Proxy != nil {
		return s.Proxy.connectTo(limited, s)
	}
	conn, err := dialTCP(limited, s.dialAddress())
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.Address(), err)
	}
	return conn, nil
}

// withConnectTimeout returns a context that ends after ConnectTimeout as well.
func (s *Server) withConnectTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.ConnectTimeout > 0 {
		return context.WithTimeout(ctx, s.ConnectTimeout)
	}
	return context.WithCancel(ctx)
}

// dialTCP makes a TCP connection to a server or a proxy.
func dialTCP(ctx context.Context, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, trimNetError(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		// What the pop3 package relies on: see pop3.CommandBytes. The system
		// counts its own overhead for each packet as well.
		tcp.SetWriteBuffer(4 * pop3.CommandBytes)
	}
	return conn, nil
}

// Upgrade puts TLS on a connection.
func (s *Server) Upgrade(ctx context.Context, conn net.Conn) (net.Conn, error) {
	limited, cancel := s.withConnectTimeout(ctx)
	defer cancel()
	below := &blockConn{Conn: conn, r: bufio.NewReaderSize(conn, blockSize)}
	secured := tls.Client(below, s.tlsConfig())
	err := secured.HandshakeContext(limited)
	if err == nil {
		return secured, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if limited.Err() != nil {
		err = os.ErrDeadlineExceeded
	}
	return nil, s.handshakeError(err, below.first)
}

// A blockConn reads in blocks what crypto/tls reads record by record, each in
// two calls of the system.
type blockConn struct {
	net.Conn
	r     *bufio.Reader
	first byte // that was read: the type of a record; 0 before
}

const blockSize = 64 << 10

func (c *blockConn) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.first == 0 && n > 0 {
		c.first = p[0]
	}
	return n, err
}

func (s *Server) tlsConfig() *tls.Config {
	config := &tls.Config{
		RootCAs:      s.TLS.Roots,
		ServerName:   asciiName(s.verifiedName()),
		MinVersion:   s.TLS.MinVersion,
		Certificates: s.TLS.Certificates,
		// Commands that go out together shall arrive together.
		DynamicRecordSizingDisabled: true,
	}
	s.TLS.Legacy.applyTo(config)
	switch {
	case len(s.TLS.Pins) > 0:
		config.InsecureSkipVerify = true // the pin is verified instead
		config.VerifyConnection = s.verifyPin
	case s.TLS.Insecure:
		config.InsecureSkipVerify = true
	default:
		config.VerifyConnection = verifySerials
	}
	return config
}
