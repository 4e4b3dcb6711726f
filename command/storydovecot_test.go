package command_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"popfetch/fetch/pop3/dovecottest"
)

// A realServer is a Dovecot.
type realServer struct {
	*outsider
	dovecot *dovecottest.Server
}

func newDovecot(t testing.TB, o offer) server {
	var options []dovecottest.Option
	if len(o.mechanisms) > 0 {
		options = append(options, dovecottest.WithMechanisms(append([]string{"plain"}, o.mechanisms...)...))
	}
	if o.provider != nil {
		options = append(options, dovecottest.WithIntrospection(o.provider.IntrospectURL()))
	}
	if o.clientCA != nil {
		options = append(options, dovecottest.WithClientCertificates(o.clientCA))
	}
	dovecot := dovecottest.Start(t, options...)
	// Its own folder belongs to the user that it runs as, whom root doesn't obey.
	dovecot.CAFile = copyFile(t, dovecot.CAFile)
	return &realServer{newOutsider(t, dovecot.PlainAddr), dovecot}
}

func (s *realServer) where() address {
	return address{
		pop3s: s.dovecot.TLSAddr, pop3: s.dovecot.PlainAddr, caFile: s.dovecot.CAFile, fingerprint: s.dovecot.Fingerprint,
	}
}

func (s *realServer) addUser(name, password string) {
	s.passwords[name] = password
	s.dovecot.AddUser(name, password)
}

func (s *realServer) deliver(name string, messages [][]byte) {
	s.dovecot.Deliver(name, slices.Values(messages))
}

// copyFile copies a file to where it is ours, and returns its path.
func copyFile(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(copied, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}
