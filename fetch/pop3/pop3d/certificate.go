package pop3d

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// lifetime is how long a certificate is valid that asks for nothing else.
const lifetime = 90 * 24 * time.Hour

// An Identity says what a certificate shall be like.
type Identity struct {
	Name       string    // the common name; pop3d if empty
	Hosts      []string  // names and addresses it is valid for; none is "wrong name" for all
	NotBefore  time.Time // an hour ago if zero
	NotAfter   time.Time // 90 days after NotBefore if zero
	SelfSigned bool      // signed by itself instead of by a certificate authority
}

// Certificate makes a server certificate for hosts, valid now, with a
// certificate authority of its own, for whoever shall trust it, as PEM.
func Certificate(hosts ...string) (cert tls.Certificate, caPEM []byte, err error) {
	return Identity{Hosts: hosts}.Certificate()
}

// Certificate makes a certificate and its authority, which is the certificate
// again if that is self-signed. Keys are ECDSA P-256.
func (id Identity) Certificate() (cert tls.Certificate, caPEM []byte, err error) {
	authority, err := newIssuer(id.certificateTemplate("pop3d test authority", true), nil)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := id.certificateTemplate(cmp.Or(id.Name, "pop3d"), false)
	for _, host := range id.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	if id.SelfSigned {
		authority = nil
	}
	leaf, err := newIssuer(template, authority)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	if authority == nil {
		authority = leaf
	}
	cert = tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key, Leaf: leaf.cert}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.cert.Raw}), nil
}

// certificateTemplate is what a certificate of this identity has beside keys and hosts.
// The authority is valid at any time, so that dates are wrong in one place only.
func (id Identity) certificateTemplate(name string, authority bool) *x509.Certificate {
	from := id.NotBefore
	if from.IsZero() {
		from = time.Now().Add(-time.Hour)
	}
	to := id.NotAfter
	if to.IsZero() {
		to = from.Add(lifetime)
	}
	if authority {
		from, to = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	t := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             from,
		NotAfter:              to,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		IsCA:                  authority,
	}
	if authority {
		t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageCertSign, nil
	}
	return t
}

// An issuer is a certificate and its key.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newIssuer makes a key and has the certificate signed by by, or by itself.
func newIssuer(template *x509.Certificate, by *issuer) (*issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("pop3d: make a key: %w", err)
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, fmt.Errorf("pop3d: make a serial number: %w", err)
	}
	if by == nil {
		by = &issuer{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return nil, fmt.Errorf("pop3d: make a certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("pop3d: read the new certificate: %w", err)
	}
	return &issuer{cert, key}, nil
}
