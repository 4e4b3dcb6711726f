package command_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// A memoryServer is a server of package pop3d: one for POP3S, one for plain
// text and STLS, with the same users and the same faults.
type memoryServer struct {
	*outsider
	tls, plain *pop3d.Server
	authority  string
	pin        string
	drops      map[string]*pop3d.Maildrop
	faults     faults
	last       atomic.Pointer[pop3d.Server] // whom somebody connected to last
}

func newPOP3D(t testing.TB, o offer) server {
	certificate, caPEM, err := pop3d.Certificate("localhost", "127.0.0.1", "pop.example.org", "pop.example.net", "pop.gmx.net", "xn--bcher-kva.example")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(certificate.Certificate[0])
	s := &memoryServer{
		drops:     map[string]*pop3d.Maildrop{},
		authority: filepath.Join(t.TempDir(), "ca.pem"),
		pin:       "sha256:" + hex.EncodeToString(sum[:]),
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if o.clientCA != nil {
		config.ClientCAs, config.ClientAuth = x509.NewCertPool(), tls.VerifyClientCertIfGiven
		config.ClientCAs.AppendCertsFromPEM(o.clientCA)
	}
	s.tls = &pop3d.Server{TLS: config, Implicit: true, Mechanisms: o.lent(), Stamp: o.stamp()}
	s.plain = &pop3d.Server{TLS: config, Mechanisms: o.lent(), Stamp: o.stamp()}
	for _, server := range []*pop3d.Server{s.tls, s.plain} {
		server.Intercept = func(c *pop3d.Conn, cmd pop3d.Command) bool {
			if cmd.Verb == pop3d.Greeting {
				s.last.Store(server)
			}
			return s.faults.intercept(c, cmd)
		}
	}
	if err := errors.Join(os.WriteFile(s.authority, caPEM, 0o600), s.tls.Start(), s.plain.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	s.outsider = newOutsider(t, s.plain.Addr())
	return s
}

func (s *memoryServer) close() {
	s.faults.release()
	if err := errors.Join(s.tls.Close(), s.plain.Close()); err != nil {
		s.t.Error(err)
	}
}

func (s *memoryServer) where() address {
	return address{pop3s: s.tls.Addr(), pop3: s.plain.Addr(), caFile: s.authority, fingerprint: s.pin}
}

func (s *memoryServer) addUser(name, password string) {
	s.passwords[name] = password
	if s.drops[name] == nil {
		s.drops[name] = pop3d.NewMaildrop()
	}
	s.tls.SetUser(name, password, s.drops[name])
	s.plain.SetUser(name, password, s.drops[name])
}

func (s *memoryServer) deliver(name string, messages [][]byte) {
	for _, message := range messages {
		s.drops[name].Add(pop3d.Message{Body: message})
	}
}

// uids asks nobody, and so meets no fault and is no session.
func (s *memoryServer) uids(name string) []string { return s.drops[name].UIDs() }

// dialogue is what the client said in the last session, which the server may
// end a little later than the client.
func (s *memoryServer) dialogue() []string {
	server := s.last.Load()
	if server == nil {
		return nil
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		sessions := server.Sessions()
		if last := sessions[len(sessions)-1]; last.Ended || time.Now().After(deadline) {
			return last.Commands
		}
	}
}
