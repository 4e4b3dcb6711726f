package dial

import (
	"context"
	"net"

	"golang.org/x/net/proxy"
)

// A Proxy is a SOCKS5 proxy (RFC 1928) that connections go through.
type Proxy struct {
	Address string // host:port
	User    string // empty: there is no login

	// Password returns the password of User; nil is an empty one. It hides
	// behind a function, because of one package fmt prints no more than an
	// address. To the proxy it travels unprotected (RFC 1929, section 3).
	Password func() string
}

// fieldLimit is how many bytes the length byte of a field can count: of the
// host (RFC 1928, section 5), the user and the password (RFC 1929, section 2).
const fieldLimit = 255

// connectTo connects to the server through the proxy. The proxy looks the
// server's name up, so that no name server here learns it.
func (p *Proxy) connectTo(ctx context.Context, server *Server) (net.Conn, error) {
	step := "connect to " + server.Address() + " through the proxy " + p.Address
	if len(server.Name()) > fieldLimit {
		return nil, &RouteError{Step: step, Err: errLongHost}
	}
	login, err := p.socksAuth()
	if err != nil {
		return nil, err
	}
	conn, err := dialTCP(ctx, p.Address)
	if err != nil {
		return nil, &RouteError{Step: "connect to the proxy " + p.Address, Err: err, hint: checkProxy}
	}
	talk := &dialogue{Conn: conn}
	if err := talk.requestConnection(ctx, login, server.dialAddress()); err != nil {
		conn.Close()
		return nil, p.dialogueError(talk, step, err)
	}
	return conn, nil
}

// socksAuth returns what the proxy is told if it asks who we are, or nil.
func (p *Proxy) socksAuth() (*proxy.Auth, error) {
	if p.User == "" {
		return nil, nil
	}
	login := &proxy.Auth{User: p.User}
	if p.Password != nil {
		login.Password = p.Password()
	}
	switch {
	case len(login.User) > fieldLimit:
		return nil, &ProxyError{Address: p.Address, Reason: "a user name longer than 255 bytes can't be sent to it"}
	case len(login.Password) > fieldLimit:
		return nil, &ProxyError{Address: p.Address, Reason: "a password longer than 255 bytes can't be sent to it"}
	}
	return login, nil
}

// A dialogue is the connection to a proxy while it is asked for one to a
// server. It remembers what the proxy said and how reading or writing failed,
// because package proxy tells the one from the other only in its words.
type dialogue struct {
	net.Conn
	heard []byte
	err   error
}

func (d *dialogue) requestConnection(ctx context.Context, login *proxy.Auth, address string) error {
	socks, err := proxy.SOCKS5("tcp", "", login, d)
	if err != nil {
		return err
	}
	_, err = socks.(proxy.ContextDialer).DialContext(ctx, "tcp", address)
	return err
}

// Dial and DialContext return the connection that there is to the proxy.
func (d *dialogue) Dial(_, _ string) (net.Conn, error) { return d, nil }

func (d *dialogue) DialContext(context.Context, string, string) (net.Conn, error) { return d, nil }

func (d *dialogue) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	d.heard = append(d.heard, p[:n]...)
	d.noteError(err)
	return n, err
}

func (d *dialogue) Write(p []byte) (int, error) {
	n, err := d.Conn.Write(p)
	d.noteError(err)
	return n, err
}

func (d *dialogue) noteError(err error) {
	if d.err == nil {
		d.err = err
	}
}
