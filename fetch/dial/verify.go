package dial

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Pin is the SHA-256 of a certificate in DER.
type Pin [sha256.Size]byte

// PinOf returns the pin of a certificate.
func PinOf(certificate *x509.Certificate) Pin { return sha256.Sum256(certificate.Raw) }

func (p Pin) String() string { return "sha256:" + hex.EncodeToString(p[:]) }

// Verifies reports whether a server has to prove who it is when TLS begins.
func (s *Server) Verifies() bool { return len(s.TLS.Pins) > 0 || !s.TLS.Insecure }

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

var errSerial = errors.New("negative serial number")

// verifySerials refuses a negative serial number (RFC 5280, section 4.1.2.2) as
// crypto/x509 does by default. Main has it allow them, so that an account which
// pins such a certificate can be served.
func verifySerials(state tls.ConnectionState) error {
	leaf := state.PeerCertificates[0]
	for _, certificate := range state.PeerCertificates {
		if certificate.SerialNumber.Sign() < 0 {
			reason := describeCertificate(certificate, leaf) + " has a negative serial number, which RFC 5280 forbids"
			return &CertificateError{Reason: reason, Pin: PinOf(leaf), Err: errSerial}
		}
	}
	return nil
}

// describeCertificate names a certificate, that of the server or of one above it.
func describeCertificate(certificate, leaf *x509.Certificate) string {
	if certificate.Equal(leaf) {
		return "it"
	}
	return "that of its issuer " + quoteShort(certificate.Subject.String())
}

// distrustReason says in words why a certificate was found wanting.
func (s *Server) distrustReason(err error, leaf *x509.Certificate) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return nameMismatch(leaf, s.verifiedName())
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return s.unknownIssuer(leaf)
	}
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	if ok && invalid.Reason == x509.Expired && invalid.Cert != nil {
		return outOfDate(invalid.Cert, leaf, time.Now())
	}
	return strings.TrimPrefix(err.Error(), "x509: ")
}

func (s *Server) unknownIssuer(leaf *x509.Certificate) string {
	known := "known to this system"
	if s.TLS.Roots != nil {
		known = "in tls_ca_file"
	}
	if bytes.Equal(leaf.RawIssuer, leaf.RawSubject) {
		return "it is signed by itself, and not " + known
	}
	return fmt.Sprintf("its issuer %s is not %s", quoteShort(leaf.Issuer.String()), known)
}

// outOfDate tells which date is wrong. The clock may be as well.
func outOfDate(certificate, leaf *x509.Certificate, now time.Time) string {
	what, date := "expired on", certificate.NotAfter
	if now.Before(certificate.NotBefore) {
		what, date = "is not valid before", certificate.NotBefore
	}
	return fmt.Sprintf("%s %s %s; this computer's clock says %s",
		describeCertificate(certificate, leaf), what, date.UTC().Format(time.DateTime), now.UTC().Format(time.DateTime))
}

// quoteShort makes words of the server fit to be shown.
func quoteShort(text string) string {
	const most = 100
	if len(text) > most {
		return fmt.Sprintf("%q…", text[:most])
	}
	return fmt.Sprintf("%q", text)
}
