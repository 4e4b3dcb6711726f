package fetch

import (
	"crypto/x509"
	"net"
	"os"
	"slices"
	"strconv"
	"testing"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/dovecottest"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestMovedDovecot moves an account from one real server to another that holds
// the same mail under other UIDs: what is known is not fetched again, and deleted
// once its content proves it.
func TestMovedDovecot(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		t.Parallel()
		mail := slices.Collect(fault.Corpus(11, 120))
		before := dovecottest.Start(t)
		behind := dovecottest.Start(t, dovecottest.WithUIDLFormat("%f"))
		for _, server := range []*dovecottest.Server{before, behind} {
			server.AddUser(rigUser, rigPassword)
			server.Deliver(rigUser, slices.Values(mail[:100]))
		}
		if report := r.syncFrom(before); report.New != 100 {
			t.Fatalf("%+v", report)
		}
		behind.Deliver(rigUser, slices.Values(mail[100:]))
		r.rules.Delete.When = AtOnce
		report := r.syncFrom(behind)
		if report.New != 20 {
			t.Errorf("%+v", report)
		}
		if left, _ := behind.Mailbox(rigUser); left != 0 || report.Deleted != 120 {
			t.Errorf("%d messages are left on the server", left)
		}
		if report := r.syncFrom(behind); report.New != 0 || report.Deleted != 0 {
			t.Errorf("again: %+v", report)
		}
	})
}

// syncFrom is a sync over TLS from a Dovecot.
func (r *rig) syncFrom(server *dovecottest.Server) Report {
	r.t.Helper()
	authority, err := os.ReadFile(server.CAFile)
	if err != nil {
		r.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	host, port, _ := net.SplitHostPort(server.TLSAddr)
	j := r.job()
	j.Server.Host, j.Server.Security, j.Server.TLS = host, dial.Implicit, dial.TLS{Roots: roots}
	j.Server.Port, _ = strconv.Atoi(port)
	report, err := r.runJob(r.t.Context(), j)
	if err != nil {
		r.t.Fatal(err)
	}
	return report
}
