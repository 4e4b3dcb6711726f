package discovertest

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	dns := StartDNS(t, "pop.example.org A 192.0.2.1", "Example.org MX 10 mx.example.org.", "broken.example SERVFAIL")
	r := dns.Resolver()
	if got, err := r.LookupHost(t.Context(), "pop.example.org."); err != nil || !cmp.Equal(got, []string{"192.0.2.1"}) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := r.LookupMX(t.Context(), "example.org."); err != nil || len(got) != 1 || got[0].Host != "mx.example.org." {
		t.Errorf("%v, %v", got, err)
	}
	for name, want := range map[string]bool{"absent.example.": true, "pop.example.org.": true, "broken.example.": false} {
		_, err := r.LookupMX(t.Context(), name)
		if e, ok := errors.AsType[*net.DNSError](err); !ok || e.IsNotFound != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadRecords(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "example.org", "example.org TXT x", "example.org MX mx.example.org", "example.org MX x mx.example.org",
		"example.org MX 10 a..b", "example.org A ::1", "example.org SRV 0 0 65536 pop.example.org", "example.org SRV 0 0 995",
	} {
		if r, err := parseRecord(line); err == nil {
			t.Errorf("%q is %+v", line, r)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	web := StartWeb(t)
	web.ServeText("example.org/page", "text")
	client := http.Client{Transport: web.Transport()}
	for address, want := range map[string]int{
		"https://example.org/page": 200, "https://example.org/other": 404,
		"https://other.example/page": 0, "http://example.org/page": 0,
	} {
		response, err := client.Get(address)
		switch {
		case err != nil && want != 0:
			t.Errorf("%s: %v", address, err)
		case err == nil:
			_ = response.Body.Close()
			if response.StatusCode != want {
				t.Errorf("%s: %s", address, response.Status)
			}
		}
	}
	web.DistrustHost("example.org")
	client.CloseIdleConnections()
	if _, err := client.Get("https://example.org/page"); err == nil {
		t.Error("another's certificate is trusted")
	}
}
