package dial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// A ProxyError says that the proxy doesn't let us in: with our login, or
// without one.
type ProxyError struct {
	Address string
	Reason  string
	hint    string
}

func (e *ProxyError) Error() string { return "the proxy " + e.Address + ": " + e.Reason }

// Hint tells the way out.
func (e *ProxyError) Hint() string { return e.hint }

// A RouteError says that the way through the proxy doesn't lead to the server:
// the proxy can't be reached, or can't reach it, or is no SOCKS5 proxy.
type RouteError struct {
	Step string // what was tried
	Err  error
	hint string
}

func (e *RouteError) Error() string { return e.Step + ": " + e.Err.Error() }

func (e *RouteError) Unwrap() error { return e.Err }

// Timeout reports whether it was silence that ended it, as net.Error has it.
func (e *RouteError) Timeout() bool {
	lost, ok := errors.AsType[net.Error](e.Err)
	return ok && lost.Timeout()
}

// Temporary reports true, as net.Error has it.
func (e *RouteError) Temporary() bool { return true }

// Hint tells the way out where there is one.
func (e *RouteError) Hint() string { return e.hint }

const (
	checkProxy = "check proxy: it must be the address of a SOCKS5 proxy that is running"
	checkLogin = "give the right login: proxy: socks5://user:pass@host:port, with %XX for what a URL can't hold"
	checkName  = "check the spelling of server; it is the proxy that looks the name up"
)

var (
	errLongHost = errors.New("a host name longer than 255 bytes can't be sent to it")
	errNotSOCKS = errors.New("the proxy doesn't speak SOCKS5")
	errProxyEnd = errors.New("the proxy hung up")
)

// dialogueError makes one error of the many ways in which a dialogue ends. What the
// proxy said counts for more than how the connection ended afterwards.
func (p *Proxy) dialogueError(d *dialogue, step string, err error) error {
	cause := p.refusalIn(d.heard)
	if refused, ok := errors.AsType[*ProxyError](cause); ok {
		return refused
	}
	if cause == nil {
		cause = d.endingCause(err)
	}
	failed := &RouteError{Step: step, Err: cause}
	switch {
	case cause == errNotSOCKS, d.err != nil && len(d.heard) == 0:
		failed.hint = checkProxy
	case cause == replies[1], cause == replies[4]:
		failed.hint = checkName
	}
	return failed
}

// endingCause tells how the dialogue ended to which the proxy said nothing wrong; err
// is what package proxy makes of it.
func (d *dialogue) endingCause(err error) error {
	switch {
	case errors.Is(d.err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return &TimeoutError{Proxy: true}
	case errors.Is(d.err, io.EOF):
		return errProxyEnd
	case d.err != nil:
		return trimNetError(d.err)
	case len(d.heard) == 0:
		return trimNetError(err) // it asked nothing, so that it's not the proxy's fault
	default:
		return errNotSOCKS
	}
}

// What a proxy says when all is well, and the method that is a login.
const (
	socksVersion = 5 // RFC 1928, section 3
	methodNone   = 0
	methodLogin  = 2
	loginVersion = 1 // RFC 1929, section 2
	succeeded    = 0 // there, and in RFC 1928, section 6
)

// refusalIn returns what speaks against the connection in what the proxy said,
// as far as it got: the choice of a method, the reply to the login if that was
// it, and the reply to the request.
func (p *Proxy) refusalIn(heard []byte) error {
	isnt := func(at int, want byte) bool { return at < len(heard) && heard[at] != want }
	reply := 2
	switch {
	case isnt(0, socksVersion):
		return errNotSOCKS
	case !isnt(1, methodNone):
		// It asks for no login.
	case p.User == "":
		return &ProxyError{Address: p.Address, Reason: "it doesn't let us in without a login", hint: checkLogin}
	case heard[1] != methodLogin:
		return &ProxyError{Address: p.Address, Reason: "it takes no login by user and password", hint: checkLogin}
	case isnt(2, loginVersion):
		return errNotSOCKS
	case isnt(3, succeeded):
		return &ProxyError{Address: p.Address, Reason: "it refuses the login", hint: checkLogin}
	default:
		reply = 4
	}
	switch {
	case isnt(reply, socksVersion):
		return errNotSOCKS
	case isnt(reply+1, succeeded):
		return replyError(heard[reply+1])
	}
	return nil
}

// replies are the words for a reply's code, by RFC 1928, section 6.
var replies = []error{
	1: errors.New("general failure of the proxy"),
	2: errors.New("the proxy's rules forbid it"),
	3: errors.New("network unreachable"),
	4: errors.New("host unreachable"),
	5: syscall.ECONNREFUSED,
	6: errors.New("TTL expired"),
	7: errors.New("command not supported"),
	8: errors.New("address type not supported"),
}

// replyError puts a reply's code in words.
func replyError(code byte) error {
	if int(code) < len(replies) {
		return replies[code]
	}
	return fmt.Errorf("the proxy replies with the unknown code %d", code)
}
