package dial

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"popfetch/fetch/pop3"
)

// A HandshakeError says that TLS did not come about, for a reason other than
// the certificate or the connection.
type HandshakeError struct {
	Err  error
	hint string
}

func (e *HandshakeError) Error() string {
	return "TLS handshake: " + strings.TrimPrefix(e.Err.Error(), "tls: ")
}

func (e *HandshakeError) Unwrap() error { return e.Err }

// Hint tells what it mostly means.
func (e *HandshakeError) Hint() string { return e.hint }

// A TimeoutError says that the server let a handshake begin, or the proxy its
// dialogue, and then said nothing.
type TimeoutError struct{ Proxy bool }

func (e *TimeoutError) Error() string {
	if e.Proxy {
		return "the proxy didn't answer in time"
	}
	return "the server didn't answer in time"
}

// Timeout reports true, as net.Error has it.
func (*TimeoutError) Timeout() bool { return true }

// Temporary reports true, as net.Error has it.
func (*TimeoutError) Temporary() bool { return true }

// explain turns what crypto/tls says into an error that tells what to do.
func (s *Server) explain(err error) error {
	if own, ok := errors.AsType[*CertificateError](err); ok {
		return own
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(bad.UnverifiedCertificates) > 0 {
		leaf := bad.UnverifiedCertificates[0]
		return &CertificateError{Reason: s.distrust(bad.Err, leaf), Pin: PinOf(leaf), Err: err}
	}
	if lost := connectionError(err); lost != nil {
		return fmt.Errorf("TLS handshake: %w", lost)
	}
	return &HandshakeError{Err: err, hint: s.handshakeHint(err)}
}

// connectionError returns the error in words if it is one of the connection
// rather than of TLS on it, or nil.
func connectionError(err error) error {
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &TimeoutError{}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return pop3.ErrHungUp
	case isOp && (op.Op == "read" || op.Op == "write"):
		return reason(err)
	default:
		return nil // crypto/tls has alerts as operations of their own
	}
}

// reason leaves out addresses and system calls, which tell a person nothing.
func reason(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

func (s *Server) handshakeHint(err error) string {
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case noTLS && s.Security == StartTLS:
		return "the server, or something on the way, agrees to STLS and then doesn't speak TLS"
	case noTLS:
		return "the server doesn't speak TLS on this port from the start; try tls: starttls, mostly on port 110"
	case strings.Contains(err.Error(), "version"):
		return "the server wants another version of TLS; an old one may need tls_min_version: 1.0"
	case strings.Contains(err.Error(), "certificate"):
		return "the server may want a certificate from us: tls_client_cert and tls_client_key"
	case strings.Contains(err.Error(), "handshake failure"):
		return "an old server may need tls_min_version: 1.0; some want a certificate from us: tls_client_cert and tls_client_key"
	default:
		return ""
	}
}
