// The main program, too, leaves negative serial numbers to this package.
//
//go:debug x509negativeserial=1

package dial

import (
	"bufio"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// opensslCertificate has OpenSSL make a certificate, and returns its folder and
// what pins it.
func opensslCertificate(t *testing.T, options ...string) (folder string, pin Pin) {
	t.Helper()
	folder = t.TempDir()
	openssl(t, folder, append([]string{
		"req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30",
		"-subj", "/CN=old", "-addext", "subjectAltName=IP:127.0.0.1",
	}, options...)...)
	text, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	return folder, PinOf(&x509.Certificate{Raw: block.Bytes})
}

// openssl runs it to its end. Where it isn't installed, the test is skipped, or
// fails if POPFETCH_INTEROP demands it.
func openssl(t *testing.T, folder string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("POPFETCH_INTEROP") == "required" {
			t.Fatalf("POPFETCH_INTEROP=required: %v", err)
		}
		t.Skip(err)
	}
	run := exec.CommandContext(t.Context(), "openssl", args...)
	run.Dir = folder
	if output, err := run.CombinedOutput(); err != nil {
		t.Fatalf("openssl %q: %v\n%s", args, err, output)
	}
}

// opensslServer starts a server of OpenSSL, which greets as POP3 has it.
func opensslServer(t *testing.T, folder string, options ...string) Server {
	t.Helper()
	run := exec.CommandContext(t.Context(), "openssl", append([]string{
		"s_server", "-accept", "127.0.0.1:0", "-key", "key.pem", "-cert", "cert.pem",
	}, options...)...)
	run.Dir = folder
	run.WaitDelay = patience
	stdin, inErr := run.StdinPipe()
	stdout, outErr := run.StdoutPipe()
	if err := errors.Join(inErr, outErr, run.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Kill()
		_ = run.Wait()
	})
	timer := time.AfterFunc(patience, func() { _ = run.Process.Kill() })
	defer timer.Stop()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "ACCEPT "); ok {
			if _, err := stdin.Write([]byte("+OK old\r\n")); err != nil {
				t.Fatal(err)
			}
			go func() { // or it would wait for somebody to read
				for lines.Scan() {
				}
			}()
			server := reach(t, address)
			server.Security = Implicit
			return server
		}
	}
	t.Fatal("openssl s_server doesn't say where it listens")
	return Server{}
}

// TestOldServers has servers that speak TLS as it was twenty years ago. Each is
// refused with the way out, and served by who goes it.
func TestOldServers(t *testing.T) {
	tests := []struct {
		name        string
		certificate []string
		server      []string
		hint        string                 // without more said
		way         func(*testing.T, *TLS) // none where it is for the whole program
	}{
		{
			"RSA key exchange",
			[]string{"-newkey", "rsa:2048"},
			[]string{"-tls1_2", "-cipher", "kRSA"},
			"an old server may need tls_legacy: rsa,", func(_ *testing.T, trust *TLS) { trust.Legacy.RSA = true },
		},
		{
			"RSA key exchange and TLS 1.0",
			[]string{"-newkey", "rsa:2048"},
			[]string{"-tls1", "-cipher", "kRSA:@SECLEVEL=0"},
			"an old one may need tls_min_version: 1.0", func(_ *testing.T, trust *TLS) { trust.Legacy.RSA, trust.MinVersion = true, 0x301 },
		},
		{
			"a negative serial number",
			[]string{"-newkey", "rsa:2048", "-set_serial", "-5"},
			nil,
			"this line in the account trusts exactly it: tls_fingerprint: sha256:", func(*testing.T, *TLS) {},
		},
		{
			"a key of 512 bits",
			[]string{"-newkey", "rsa:512"},
			[]string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0", "-sigalgs", "RSA+SHA1:RSA+SHA256"},
			"in popfetch's environment: GODEBUG=rsa1024min=0", nil,
		},
		{
			"a signature by SHA-1",
			[]string{"-newkey", "rsa:2048"},
			[]string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0", "-sigalgs", "RSA+SHA1"},
			"an old server may need tls_legacy: rsa,", func(t *testing.T, _ *TLS) { t.Setenv("GODEBUG", "tlssha1=1") },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder, pin := opensslCertificate(t, test.certificate...)
			server := opensslServer(t, folder, test.server...)
			if server.TLS.Pins = []Pin{pin}; strings.Contains(test.hint, "tls_fingerprint") {
				server.TLS = TLS{Roots: rootsIn(t, folder)}
			}
			_, err := greeting(t, server)
			if !strings.Contains(hintOf(err), test.hint) {
				t.Errorf("%v: the hint is %s", err, hintOf(err))
			}
			if test.way == nil {
				return
			}
			server = opensslServer(t, folder, test.server...) // which greets once
			server.TLS = TLS{Pins: []Pin{pin}}
			test.way(t, &server.TLS)
			if text, err := greeting(t, server); text != "old" || err != nil {
				t.Errorf("got %q, %v", text, err)
			}
		})
	}
}

// rootsIn trusts the certificate of that folder.
func rootsIn(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(text) {
		t.Fatalf("no certificate: %v", err)
	}
	return roots
}
