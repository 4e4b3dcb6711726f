package discover

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"popfetch/config/discover/discovertest"
)

// A rig is an internet of its own: a name server, a web server, and POP3
// servers that are there or not.
type rig struct {
	dns     *discovertest.DNS
	web     *discovertest.Web
	options *Options

	answers []string // host:port TLS of the POP3 servers; nil: all there can be

	mu    sync.Mutex
	tried []string
}

var errRefused = errors.New("connection refused")

func newRig(t *testing.T, records ...string) *rig {
	t.Helper()
	r := &rig{dns: discovertest.StartDNS(t, records...), web: discovertest.StartWeb(t)}
	r.options = &Options{
		Resolver: r.dns.Resolver(), Transport: r.web.Transport(), Timeout: 10 * time.Second, Try: r.try,
	}
	return r
}

// try reaches a server of the rig. Hosts below absent.example.org have no
// address.
func (r *rig) try(ctx context.Context, f Found) error {
	if _, ok := ctx.Deadline(); !ok {
		return errors.New("tried without a deadline")
	}
	at := f.Address() + " " + f.TLS.String()
	r.mu.Lock()
	r.tried = append(r.tried, at)
	r.mu.Unlock()
	switch {
	case isWithin(f.Host, "absent.example"):
		return &net.DNSError{Err: "no such host", Name: f.Host, IsNotFound: true}
	case r.answers != nil && !slices.Contains(r.answers, at):
		return errRefused
	}
	return nil
}

// askedNobody demands that nothing was sent anywhere.
func (r *rig) askedNobody(t *testing.T) {
	t.Helper()
	if asked := r.dns.AskedQuestions(); len(asked)+len(r.web.Requests())+len(r.tried) > 0 {
		t.Errorf("asked %q, %v, tried %q", asked, r.web.Requests(), r.tried)
	}
}

// all collects the candidates as HOST:PORT TLS, and the error.
func (r *rig) all(t *testing.T, address string) (names []string, err error) {
	t.Helper()
	for f, e := range Candidates(t.Context(), address, r.options) {
		if e != nil {
			err = e
			continue
		}
		name := f.Address() + " " + f.TLS.String()
		if f.Foreign {
			name += " foreign"
		}
		names = append(names, name)
	}
	return names, err
}

// find returns the first of the candidates.
func find(ctx context.Context, text string, o *Options) (Found, error) {
	for found, err := range Candidates(ctx, text, o) {
		return found, err
	}
	return Found{}, ctx.Err() // unreachable: there is one, or an error
}
