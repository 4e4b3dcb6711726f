package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/pop3d"
)

// TestReach sees that a server is looked at, and told nothing.
func TestReach(t *testing.T) {
	certificate, authority, err := pop3d.Certificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(authority)
	shown := &tls.Config{Certificates: []tls.Certificate{certificate}}
	for name, test := range map[string]struct {
		server   *pop3d.Server
		security dial.Security
		roots    *x509.CertPool
		want     error // nil: it's reached
		said     []string
	}{
		"TLS":              {&pop3d.Server{TLS: shown, Implicit: true}, dial.Implicit, trust, nil, []string{"CAPA"}},
		"STLS":             {&pop3d.Server{TLS: shown}, dial.StartTLS, trust, nil, []string{"CAPA", "STLS", "CAPA"}},
		"no TLS":           {&pop3d.Server{}, dial.None, nil, nil, []string{"CAPA"}},
		"no STLS":          {&pop3d.Server{}, dial.StartTLS, trust, &NoTLSError{}, []string{"CAPA"}},
		"nobody's":         {&pop3d.Server{TLS: shown, Implicit: true}, dial.Implicit, x509.NewCertPool(), &dial.CertificateError{}, nil},
		"nobody's by STLS": {&pop3d.Server{TLS: shown}, dial.StartTLS, x509.NewCertPool(), &dial.CertificateError{}, []string{"CAPA", "STLS"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRigOn(t, test.server)
			job := r.job()
			job.Server.Security, job.Server.TLS = test.security, dial.TLS{Roots: test.roots}
			err := job.ReachServer(t.Context())
			noTLS, untrusted := (*NoTLSError)(nil), (*dial.CertificateError)(nil)
			switch test.want.(type) {
			case nil:
				if err != nil {
					t.Error(err)
				}
			case *NoTLSError:
				if !errors.As(err, &noTLS) {
					t.Errorf("got %v", err)
				}
			default:
				if !errors.As(err, &untrusted) {
					t.Errorf("got %v", err)
				}
			}
			var said []string
			for _, s := range r.server.Sessions() {
				said = append(said, s.Commands...)
			}
			if diff := cmp.Diff(test.said, said); diff != "" {
				t.Errorf("- want, + said:\n%s", diff)
			}
		})
	}
}
