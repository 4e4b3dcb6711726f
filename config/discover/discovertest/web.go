package discovertest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Web is a web server with TLS for all hosts that it has pages of. Its
// methods are safe for concurrent use.
type Web struct {
	server    *httptest.Server
	authority tls.Certificate
	pool      *x509.CertPool

	mu        sync.Mutex // guards what follows
	pages     map[string]http.Handler
	untrusted map[string]bool
	requests  []Request
}

// A Request is one that was made.
type Request struct {
	URL    string // without the https://
	Header http.Header
}

// StartWeb runs a web server until the test ends.
func StartWeb(t testing.TB) *Web {
	t.Helper()
	w := &Web{pool: x509.NewCertPool(), pages: map[string]http.Handler{}, untrusted: map[string]bool{}}
	var err error
	if w.authority, err = newCertificate("discovertest", nil); err != nil {
		t.Fatal(err)
	}
	w.pool.AddCert(w.authority.Leaf)
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.servePage))
	w.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	w.server.TLS = &tls.Config{GetCertificate: w.makeCertificate}
	w.server.StartTLS()
	t.Cleanup(func() {
		w.server.CloseClientConnections() // Some pages never end.
		w.server.Close()
	})
	return w
}

// ServeText has a text at an address.
func (w *Web) ServeText(page, text string) {
	w.HandlePage(page, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

// RedirectPage has a page that leads to another, which is given with its scheme.
func (w *Web) RedirectPage(page, to string) {
	w.HandlePage(page, http.RedirectHandler(to, http.StatusFound).ServeHTTP)
}

// HandlePage has anything at an address.
func (w *Web) HandlePage(page string, handler http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[page] = handler
}

// DistrustHost shows the certificate of another host from now on.
func (w *Web) DistrustHost(host string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.untrusted[host] = true
}

// Requests are those made so far.
func (w *Web) Requests() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Request(nil), w.requests...)
}

// Transport reaches this server and no other, and trusts it.
func (w *Web) Transport() http.RoundTripper {
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: w.pool},
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			if port != "443" || !w.hasHost(host) {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", w.server.Listener.Addr().String())
		},
	}
}

// hasHost reports whether there is a page of the host.
func (w *Web) hasHost(host string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for page := range w.pages {
		if strings.HasPrefix(page, host+"/") {
			return true
		}
	}
	return false
}

func (w *Web) servePage(writer http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.requests = append(w.requests, Request{URL: r.Host + r.URL.String(), Header: r.Header.Clone()})
	page, ok := w.pages[r.Host+r.URL.Path]
	w.mu.Unlock()
	if !ok {
		http.NotFound(writer, r)
		return
	}
	page.ServeHTTP(writer, r)
}

// makeCertificate makes one for the host that is asked for.
func (w *Web) makeCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	w.mu.Lock()
	if w.untrusted[name] {
		name = "other.example"
	}
	w.mu.Unlock()
	made, err := newCertificate(name, &w.authority)
	return &made, err
}

// newCertificate makes one that the authority signed, or an authority.
func newCertificate(name string, authority *tls.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	parent, signer := template, any(key)
	if authority == nil {
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	} else {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate for %s: %w", name, err)
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
