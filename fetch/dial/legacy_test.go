package dial

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// nearsighted is in front of a server, or is one, that can't bear a first
// message of 1,400 bytes: then it does what it is told to do.
func nearsighted(t *testing.T, die func(net.Conn)) Server {
	t.Helper()
	s := &pop3d.Server{Implicit: true}
	roots, _ := certified(t, s, pop3d.Identity{Hosts: []string{"127.0.0.1"}})
	behind := start(t, s)
	server := listen(t, func(conn net.Conn) {
		header := make([]byte, 5) // of a record: type, version, length (RFC 8446, section 5.1)
		if _, err := io.ReadFull(conn, header); err != nil {
			return
		}
		if binary.BigEndian.Uint16(header[3:]) > 1400 {
			die(conn)
			return
		}
		onward, err := net.Dial("tcp", behind.Address())
		if err != nil {
			return
		}
		defer onward.Close()
		go func() {
			_, _ = onward.Write(header)
			_, _ = io.Copy(onward, conn)
		}()
		_, _ = io.Copy(conn, onward)
	})
	server.Security, server.TLS.Roots = Implicit, roots
	return server
}

// TestSmallHello has servers that die of a long first message, in each way
// there is. Nothing but the key helps, and the hint has it.
func TestSmallHello(t *testing.T) {
	drain := func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) }
	tests := []struct {
		name string
		die  func(net.Conn)
	}{
		{"hangs up", drain},
		{"is reset", func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }},
		{"is silent", discard},
		{"says no", func(conn net.Conn) {
			drain(conn)
			say("\x15\x03\x03\x00\x02\x02\x50")(conn) // internal_error
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := nearsighted(t, test.die)
			server.ConnectTimeout = time.Second
			_, err := greeting(t, server)
			if hint := hintOf(err); !strings.Contains(hint, "tls_legacy: small-hello") {
				t.Errorf("%v: the hint is %q", err, hint)
			}
			server.ConnectTimeout = patience
			server.TLS.Legacy.SmallHello = true
			if _, err := greeting(t, server); err != nil {
				t.Error(err)
			}
		})
	}
}

// A server that has said something, or that was spared the long message, died
// of something else.
func TestNoSmallHello(t *testing.T) {
	hangUp := func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) }
	server := listen(t, hangUp)
	server.Security, server.TLS.Legacy.SmallHello = Implicit, true
	if _, err := server.Connect(t.Context()); err == nil || hintOf(err) != "" {
		t.Errorf("spared: %v, %q", err, hintOf(err))
	}
	server = listen(t, func(conn net.Conn) {
		hangUp(conn)
		_, _ = conn.Write([]byte("\x16\x03\x03\x40"))
	})
	server.Security = Implicit
	if _, err := server.Connect(t.Context()); err == nil || hintOf(err) != "" {
		t.Errorf("it has said something: %v, %q", err, hintOf(err))
	}
}

// hintOf is the way out that an error knows.
func hintOf(err error) string {
	hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if !ok {
		return ""
	}
	return hinted.Hint()
}

// TestLegacySuites has servers of one cipher suite each, and what allows it.
func TestLegacySuites(t *testing.T) {
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	rsaOnly, desOnly, both := Legacy{RSA: true}, Legacy{TripleDES: true}, Legacy{RSA: true, TripleDES: true}
	tests := []struct {
		suite uint16
		by    []Legacy // that reach it
	}{
		{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, []Legacy{{}, rsaOnly, desOnly, both}},
		{tls.TLS_RSA_WITH_AES_256_CBC_SHA, []Legacy{rsaOnly, both}},
		{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, []Legacy{rsaOnly, both}},
		{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, []Legacy{desOnly, both}},
		{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, []Legacy{both}},
		{tls.TLS_RSA_WITH_RC4_128_SHA, nil},
		{tls.TLS_RSA_WITH_AES_128_CBC_SHA256, nil},
	}
	for _, test := range tests {
		for _, legacy := range []Legacy{{}, rsaOnly, desOnly, both} {
			t.Run(tls.CipherSuiteName(test.suite), func(t *testing.T) {
				server := start(t, &pop3d.Server{Implicit: true, TLS: &tls.Config{
					Certificates: []tls.Certificate{selfSigned(t, key, &key.PublicKey)},
					CipherSuites: []uint16{test.suite}, MaxVersion: tls.VersionTLS12,
				}})
				server.Security, server.TLS = Implicit, TLS{Insecure: true, Legacy: legacy}
				_, err := greeting(t, server)
				if want := slices.Contains(test.by, legacy); (err == nil) != want {
					t.Errorf("%+v: %v", legacy, err)
				}
				if want := !legacy.RSA || !legacy.TripleDES; err != nil && strings.Contains(hintOf(err), "tls_legacy: ") != want {
					t.Errorf("%+v: the hint is %s", legacy, hintOf(err))
				}
			})
		}
	}
}

// A key that crypto/tls finds too long to calculate with needs a setting of the
// whole program.
func TestLargeKey(t *testing.T) {
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	large := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 9000, 1), E: 65537}
	server := start(t, &pop3d.Server{Implicit: true, TLS: &tls.Config{Certificates: []tls.Certificate{selfSigned(t, key, large)}}})
	server.Security, server.TLS.Insecure = Implicit, true
	if _, err := greeting(t, server); !strings.HasSuffix(hintOf(err), "GODEBUG=tlsmaxrsasize=16384") {
		t.Errorf("%v: the hint is %s", err, hintOf(err))
	}
}

// rsaKey is one for all tests: it takes longer to make than to use.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// selfSigned makes a certificate of any public key.
func selfSigned(t *testing.T, key *rsa.PrivateKey, public *rsa.PublicKey) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
