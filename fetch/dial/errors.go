package dial

import (
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"popfetch/fetch/pop3"
	"popfetch/store/hint"
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

// alertRecord is the type of a record in which TLS says no (RFC 8446, section
// 5.1).
const alertRecord = 21

// handshakeError turns what crypto/tls says into an error that tells what to do. first
// is the type of the first record from the server, 0 where none came.
func (s *Server) handshakeError(err error, first byte) error {
	if own, ok := errors.AsType[*CertificateError](err); ok {
		return own
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(bad.UnverifiedCertificates) > 0 {
		leaf := bad.UnverifiedCertificates[0]
		return &CertificateError{Reason: s.distrustReason(bad.Err, leaf), Pin: PinOf(leaf), Err: err}
	}
	if lost := connectionError(err); lost != nil {
		return hint.Errorf(s.lostHint(lost, first), "TLS handshake: %w", lost)
	}
	return &HandshakeError{Err: err, hint: s.handshakeHint(err, first)}
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
		return trimNetError(err)
	default:
		return nil // crypto/tls has alerts as operations of their own
	}
}

// trimNetError leaves out addresses and system calls, which tell a person nothing.
func trimNetError(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

// smallHello is the way out for a server that gets no further than our first
// message, which has been longer than 1,400 bytes since it carries post-quantum
// keys: some servers, and some firewalls, don't read that far.
const smallHello = "a server, or a firewall, that can't bear a long first message of TLS needs tls_legacy: small-hello"

// lostHint tells what it may mean that the connection broke in the handshake:
// where the server has said something, no more than that.
func (s *Server) lostHint(lost error, first byte) string {
	_, isTimeout := errors.AsType[*TimeoutError](lost)
	switch {
	case first != 0 || s.TLS.Legacy.SmallHello:
		return ""
	case isTimeout:
		return "check the server's name and port; if that is how it always ends, " + smallHello
	default:
		return "if that is how it always ends, " + smallHello
	}
}

// handshakeHint tells what it may mean that the handshake failed.
func (s *Server) handshakeHint(err error, first byte) string {
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	text := err.Error()
	switch {
	case noTLS && s.Security == StartTLS:
		return "the server, or something on the way, agrees to " + cmp.Or(s.Command, "STLS") + " and then doesn't speak TLS"
	case noTLS:
		return "the server doesn't speak TLS on this port from the start; try tls: starttls, mostly on port 110"
	case strings.Contains(text, "version"):
		return "the server wants another version of TLS; an old one may need tls_min_version: 1.0"
	case strings.Contains(text, "remote error"):
		return s.alertHint(text, first)
	default:
		return refusalHint(text)
	}
}

// alertHint tells what an alert of the server may mean. One in the place of the
// server's first message is about what we offer.
func (s *Server) alertHint(text string, first byte) string {
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
	}
	const certificate = "the server may want a certificate from us: tls_client_cert and tls_client_key"
	switch {
	case says("unrecognized name"):
		return "the server goes by another name: tls_server_name"
	case says("handshake failure", "insufficient security") && first == alertRecord:
		return s.offerHint()
	case says("certificate", "handshake failure", "access denied"):
		return certificate
	case says("decod", "illegal", "unexpected", "internal", "overflow") && first == alertRecord && !s.TLS.Legacy.SmallHello:
		return smallHello
	default:
		return ""
	}
}

// offerHint is the way out for a server that finds nothing for it in what we
// offer.
func (s *Server) offerHint() string {
	old := "an old server may need "
	switch {
	case !s.TLS.Legacy.RSA:
		return old + "tls_legacy: rsa, and one that is older still tls_min_version: 1.0 as well"
	case !s.TLS.Legacy.TripleDES:
		return old + "tls_legacy: [rsa, 3des], and tls_min_version: 1.0"
	default:
		return old + "tls_min_version: 1.0, or in popfetch's environment: GODEBUG=tlssha1=1; some want a certificate from us: tls_client_cert and tls_client_key"
	}
}

// refusals are what crypto/tls and crypto/x509 refuse in an old server, with the
// setting that allows it again. It holds for the whole program, so that no key
// of an account can have it.
var refusals = []struct{ words, setting string }{
	{"negative serial number", "x509negativeserial=1"},
	{"RSA key larger than", "tlsmaxrsasize=16384"},
	{"keys are insecure", "rsa1024min=0"},
	{"invalid signature algorithm", "tlssha1=1"},
}

// refusalHint tells the line of the environment that allows it again, or
// nothing.
func refusalHint(text string) string {
	for _, refusal := range refusals {
		if strings.Contains(text, refusal.words) {
			return "if the server can't be mended, it is allowed again by this in popfetch's environment: GODEBUG=" + refusal.setting
		}
	}
	return ""
}
