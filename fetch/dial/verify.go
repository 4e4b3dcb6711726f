package dial

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Pin is the SHA-256 of a certificate in DER.
type Pin [sha256.Size]byte

// PinOf returns the pin of a certificate.
func PinOf(certificate *x509.Certificate) Pin { return sha256.Sum256(certificate.Raw) }

func (p Pin) String() string { return "sha256:" + hex.EncodeToString(p[:]) }

// A CertificateError says why a server's certificate is not trusted. Nothing
// secret was sent to it.
type CertificateError struct {
	Reason string // in words, with the name, date or issuer that is wrong
	Pin    Pin    // of the certificate that was shown
	Pinned bool   // the account trusts pins, and none is right
	Err    error
}

func (e *CertificateError) Error() string {
	return "the server's certificate is not trusted: " + e.Reason
}

func (e *CertificateError) Unwrap() error { return e.Err }

// Hint tells the line that would trust the certificate.
func (e *CertificateError) Hint() string {
	if e.Pinned {
		return fmt.Sprintf("if the server's owner has renewed it, set tls_fingerprint: %s", e.Pin)
	}
	return fmt.Sprintf("if you know that it is the right one, this line in the account trusts exactly it: tls_fingerprint: %s", e.Pin)
}

var errPin = errors.New("no tls_fingerprint matches")

func (s *Server) verifyPin(state tls.ConnectionState) error {
	shown := PinOf(state.PeerCertificates[0])
	if slices.Contains(s.TLS.Pins, shown) {
		return nil
	}
	return &CertificateError{
		Reason: "its fingerprint is none of the tls_fingerprint lines",
		Pin:    shown, Pinned: true, Err: errPin,
	}
}

// A HandshakeError says that TLS did not come about, for a reason other than
// the certificate or the connection.
type HandshakeError struct{ Err error }

func (e *HandshakeError) Error() string { return "TLS: " + e.Err.Error() }

func (e *HandshakeError) Unwrap() error { return e.Err }

// Hint tells what it mostly means.
func (e *HandshakeError) Hint() string {
	if errors.As(e.Err, new(tls.RecordHeaderError)) {
		return "the server doesn't speak TLS on this port from the start; try tls: starttls, mostly on port 110"
	}
	return "an old server may need tls_min_version: 1.0; popfetch check tells more"
}

// explain turns what crypto/tls says into an error that tells what to do.
func (s *Server) explain(err error) error {
	if own := (*CertificateError)(nil); errors.As(err, &own) {
		return own
	}
	if bad := (*tls.CertificateVerificationError)(nil); errors.As(err, &bad) && len(bad.UnverifiedCertificates) > 0 {
		leaf := bad.UnverifiedCertificates[0]
		return &CertificateError{Reason: s.reason(bad.Err, leaf), Pin: PinOf(leaf), Err: err}
	}
	if errors.As(err, new(tls.RecordHeaderError)) || errors.As(err, new(tls.AlertError)) {
		return &HandshakeError{Err: err}
	}
	return fmt.Errorf("TLS handshake: %w", err)
}

func (s *Server) reason(err error, leaf *x509.Certificate) string {
	if wrongName := (x509.HostnameError{}); errors.As(err, &wrongName) {
		return fmt.Sprintf("it is for %s, not for %q", names(leaf), wrongName.Host)
	}
	if errors.As(err, new(x509.UnknownAuthorityError)) {
		return fmt.Sprintf("its issuer %q is not known to this system", leaf.Issuer)
	}
	invalid := x509.CertificateInvalidError{}
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		if now := time.Now(); now.Before(leaf.NotBefore) {
			return "it is not valid before " + leaf.NotBefore.UTC().Format(time.RFC1123)
		}
		return "it expired on " + leaf.NotAfter.UTC().Format(time.RFC1123)
	}
	return err.Error()
}

// names tells for whom a certificate is. They come from the server, and are
// quoted.
func names(leaf *x509.Certificate) string {
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "no name at all"
	case len(names) > 5:
		return fmt.Sprintf("%q and %d more", names[:5], len(names)-5)
	default:
		return fmt.Sprintf("%q", names)
	}
}
