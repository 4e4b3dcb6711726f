package discover

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// everywhere has a domain of which every source names another server.
func everywhere(t *testing.T) *rig {
	r := newRig(t,
		"_pop3s._tcp.example.org SRV 0 1 995 srv.example.org", "_pop3._tcp.example.org SRV 0 1 110 srv.example.org",
		"example.org MX 20 smtpin.rzone.de", "example.org MX 10 mx.example.com")
	r.web.ServeText("autoconfig.example.org/mail/config-v1.1.xml", configOf(server{"auto.example.org", "995", "SSL", "%EMAILADDRESS%"},
		server{"plain.example.org", "110", "plain", "%EMAILADDRESS%"}))
	r.web.ServeText("autoconfig.thunderbird.net/v1.1/example.org", configOf(server{"ispdb.example.org", "110", "STARTTLS", "%EMAILLOCALPART%"}))
	return r
}

func TestOrder(t *testing.T) {
	t.Parallel()
	r := everywhere(t)
	var looked []string
	r.options.Looking = func(where string) { looked = append(looked, where) }
	got, err := r.all(t, "me@example.org")
	want := []string{
		"srv.example.org:995 implicit", "srv.example.org:110 starttls",
		"pop3.strato.de:995 implicit foreign",
		"auto.example.org:995 implicit",
		"ispdb.example.org:110 starttls",
		"pop.example.org:995 implicit", "pop.example.org:110 starttls",
		"pop3.example.org:995 implicit", "pop3.example.org:110 starttls",
		"mail.example.org:995 implicit", "mail.example.org:110 starttls",
		"example.org:995 implicit", "example.org:110 starttls",
		"mx.example.com:995 implicit foreign", "mx.example.com:110 starttls foreign",
		"plain.example.org:110 none",
	}
	// An error is for a search that finds nothing.
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for _, where := range []string{
		"the SRV record _pop3s._tcp.example.org", "the MX record of example.org", "mx.example.com:110",
		"autoconfig at https://autoconfig.example.org/mail/config-v1.1.xml",
		"the Mozilla ISPDB at https://autoconfig.thunderbird.net/v1.1/example.org",
	} {
		if !slices.Contains(looked, where) {
			t.Errorf("doesn't say that it looks at %s: %q", where, looked)
		}
	}
}

// TestEnough asks nobody whom it needn't ask.
func TestEnough(t *testing.T) {
	t.Parallel()
	r := everywhere(t)
	if _, err := find(t.Context(), "me@example.org", r.options); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"_pop3s._tcp.example.org SRV"}, r.dns.AskedQuestions()); diff != "" || len(r.web.Requests()) > 0 {
		t.Errorf("%v %s", r.web.Requests(), diff)
	}
	if diff := cmp.Diff([]string{"srv.example.org:995 implicit"}, r.tried); diff != "" {
		t.Error(diff)
	}
}

// TestPlainLast finds a server without TLS when there is no other, and says
// what that means.
func TestPlainLast(t *testing.T) {
	t.Parallel()
	r := everywhere(t)
	r.answers = []string{"plain.example.org:110 none"}
	got, err := find(t.Context(), "me@example.org", r.options)
	if err != nil || got.Host != "plain.example.org" || !slices.Contains(got.Notes, plainNote) {
		t.Errorf("%+v, %v", got, err)
	}
	if r.tried[len(r.tried)-1] != "plain.example.org:110 none" {
		t.Errorf("tried %q", r.tried)
	}
}

// TestGuesses tries what is likely, and nothing twice.
func TestGuesses(t *testing.T) {
	t.Parallel()
	r := newRig(t, "example.org MX 10 example.org")
	r.answers = []string{"mail.example.org:110 starttls"}
	got, err := find(t.Context(), "me@example.org", r.options)
	want := Found{
		Host: "mail.example.org", Port: 110, TLS: got.TLS, Users: []string{"me@example.org", "me"},
		Source: "a guess that answered", Notes: []string{guessNote},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	r.answers, r.tried = []string{}, nil
	_, err = find(t.Context(), "me@example.org", r.options)
	if missing, ok := errors.AsType[*NotFoundError](err); !ok || len(missing.Failures) != 8 || !errors.Is(err, errRefused) {
		t.Error(err)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(r.tried))); len(unique) != 8 || len(r.tried) != 8 {
		t.Errorf("tried %q", r.tried)
	}
}

// TestDNSNamesNoProvider has somebody answer for the name server who would have
// the password of one domain tried at a provider: no kind of record is enough.
func TestDNSNamesNoProvider(t *testing.T) {
	t.Parallel()
	for _, records := range [][]string{
		{"_pop3s._tcp.example.org SRV 0 1 995 pop.gmx.net"},
		{"_pop3._tcp.example.org SRV 0 1 110 pop.gmx.net"},
		{"example.org MX 10 mx00.gmx.net"},
		{"example.org MX 10 mx.freenet.de"}, // whose POP3 server has that name, too
	} {
		r := newRig(t, records...)
		r.answers = []string{"pop.gmx.net:995 implicit", "pop.gmx.net:110 starttls", "mx.freenet.de:995 implicit"}
		got, err := find(t.Context(), "me@example.org", r.options)
		if err != nil || got.Provider == "" || !got.Foreign {
			t.Errorf("%q: %+v, %v", records, got, err)
		}
	}
}

// TestNoDNS asks the name server nothing, and all others as ever.
func TestNoDNS(t *testing.T) {
	t.Parallel()
	r := everywhere(t)
	r.options.NoDNS = true
	got, err := r.all(t, "me@example.org")
	want := []string{"auto.example.org:995 implicit", "ispdb.example.org:110 starttls", "pop.example.org:995 implicit"}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if asked := r.dns.AskedQuestions(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
}

// TestDenied doesn't guess what the domain says it doesn't offer.
func TestDenied(t *testing.T) {
	t.Parallel()
	r := newRig(t, "_pop3._tcp.example.org SRV 0 0 0 .")
	r.answers = []string{}
	_, err := find(t.Context(), "me@example.org", r.options)
	want := []string{"pop.example.org:995 implicit", "pop3.example.org:995 implicit", "mail.example.org:995 implicit", "example.org:995 implicit"}
	if diff := cmp.Diff(want, r.tried); diff != "" || err == nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestAbsentHosts tries no second port of a host that doesn't exist.
func TestAbsentHosts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := find(t.Context(), "me@absent.example", r.options)
	want := []string{
		"pop.absent.example:995 implicit", "pop3.absent.example:995 implicit",
		"mail.absent.example:995 implicit", "absent.example:995 implicit",
	}
	if diff := cmp.Diff(want, r.tried); diff != "" || err == nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestStopped ends with the context, wherever the search is.
func TestStopped(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for name, prepare := range map[string]func(*rig, func()){
		"dns": func(r *rig, cancel func()) { r.options.Looking = func(string) { cancel() } },
		"try": func(r *rig, cancel func()) {
			r.options.Try = func(ctx context.Context, _ Found) error { cancel(); return stop }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "_pop3s._tcp.example.org SRV 0 1 995 srv.example.org", "_pop3._tcp.example.org SILENCE")
			ctx, cancel := context.WithCancel(t.Context())
			prepare(r, cancel)
			if _, err := find(ctx, "me@example.org", r.options); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if len(r.tried) > 0 || len(r.web.Requests()) > 0 {
				t.Errorf("went on to %q, %v", r.tried, r.web.Requests())
			}
		})
	}
}

// TestSilentNameServer stops while the name server says nothing, and doesn't wait
// for it.
func TestSilentNameServer(t *testing.T) {
	t.Parallel()
	for _, silent := range []string{"_pop3s._tcp.example.org SILENCE", "example.org SILENCE"} {
		r := newRig(t, silent)
		r.options.Timeout = time.Minute
		ctx, cancel := context.WithCancel(t.Context())
		r.options.Looking = func(where string) {
			if silent[0] == '_' || where == "the MX record of example.org" {
				time.AfterFunc(10*time.Millisecond, cancel)
			}
		}
		began := time.Now()
		if _, err := find(ctx, "me@example.org", r.options); !errors.Is(err, context.Canceled) || time.Since(began) > 30*time.Second {
			t.Errorf("%s: %v after %v", silent, err, time.Since(began))
		}
	}
}

// TestSilentServer gives up a try that has no end.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.options.Timeout, r.options.NoISPDB = 20*time.Millisecond, true
	r.options.Try = func(ctx context.Context, _ Found) error {
		<-ctx.Done()
		return ctx.Err()
	}
	_, err := find(t.Context(), "me@example.org", r.options)
	if _, ok := errors.AsType[*NotFoundError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
