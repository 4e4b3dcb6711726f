package dovecottest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"time"
)

// ServerName is a name, beside localhost and 127.0.0.1, that the server's certificate is valid
// for. It resolves nowhere, so a client gets it only as the name to verify.
const ServerName = "pop.example.org"

// identity is the TLS identity of one instance, in PEM except for the fingerprint.
type identity struct {
	ca, certificate, key []byte
	fingerprint          string
}

// newIdentity makes a certificate authority that no other instance shares, and a server
// certificate signed by it.
func newIdentity() (identity, error) {
	authority := certificateTemplate("popfetch test authority")
	authority.IsCA = true
	authority.BasicConstraintsValid = true
	authority.KeyUsage = x509.KeyUsageCertSign
	server := certificateTemplate(ServerName)
	server.DNSNames = []string{"localhost", ServerName}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	server.KeyUsage = x509.KeyUsageDigitalSignature
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}

	caKey, err1 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	key, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err := errors.Join(err1, err2); err != nil {
		return identity{}, err
	}
	ca, err1 := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	certificate, err2 := x509.CreateCertificate(rand.Reader, server, authority, &key.PublicKey, caKey)
	keyBytes, err3 := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err1, err2, err3); err != nil {
		return identity{}, err
	}
	sum := sha256.Sum256(certificate)
	return identity{
		ca:          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}),
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyBytes}),
		fingerprint: "sha256:" + hex.EncodeToString(sum[:]),
	}, nil
}

// certificateTemplate returns what the two certificates have in common. Its time begins an hour ago
// and ends in a day, as a test needs no more.
func certificateTemplate(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand never fails.
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}
