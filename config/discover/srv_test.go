package discover

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		records []string
		want    []string
	}{
		{
			"TLS first",
			[]string{"_pop3._tcp.example.org SRV 0 1 110 pop.example.org", "_pop3s._tcp.example.org SRV 50 1 995 secure.example.org"},
			[]string{"secure.example.org:995 implicit", "pop.example.org:110 starttls"},
		},
		{
			"priority",
			[]string{"_pop3s._tcp.example.org SRV 20 1 995 b.example.org", "_pop3s._tcp.example.org SRV 10 1 9950 a.example.org"},
			[]string{"a.example.org:9950 implicit", "b.example.org:995 implicit"},
		},
		{
			"foreign",
			[]string{"_pop3s._tcp.example.org SRV 0 1 995 pop.example.com"},
			[]string{"pop.example.com:995 implicit foreign"},
		},
		{
			"foreign, but known",
			[]string{"_pop3s._tcp.example.org SRV 0 1 995 pop.fastmail.com"},
			[]string{"pop.fastmail.com:995 implicit foreign"},
		},
		{
			"one kind is not offered",
			[]string{"_pop3s._tcp.example.org SRV 0 0 0 .", "_pop3._tcp.example.org SRV 0 1 110 pop.example.org"},
			[]string{"pop.example.org:110 starttls"},
		},
		{
			"nonsense beside sense",
			[]string{
				"_pop3s._tcp.example.org SRV 0 1 0 pop.example.org", "_pop3s._tcp.example.org SRV 1 1 995 localhost",
				"_pop3s._tcp.example.org SRV 2 1 995 192.0.2.1", "_pop3s._tcp.example.org SRV 3 1 995 a/b.example.org",
				"_pop3s._tcp.example.org SRV 4 1 995 \x1b[2J.example.org", "_pop3s._tcp.example.org SRV 5 1 995 _x.example.org",
				"_pop3s._tcp.example.org SRV 6 1 995 POP.Example.ORG",
			},
			[]string{"pop.example.org:995 implicit"},
		},
		{
			"an answer to another question",
			[]string{"_pop3s._tcp.example.org FORGED", "_pop3s._tcp.example.org SRV 0 1 995 pop.example.org"},
			[]string{"pop.example.org:995 implicit"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, test.records...)
			r.options.Try = nil
			got, err := r.all(t, "me@example.org")
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}

func TestRecordFound(t *testing.T) {
	t.Parallel()
	r := newRig(t, "_pop3s._tcp.xn--bcher-kva.example SRV 0 1 995 pop.xn--bcher-kva.example")
	got, err := find(t.Context(), "me@bücher.example", r.options)
	want := Found{
		Host: "pop.xn--bcher-kva.example", Port: 995, TLS: config.TLSImplicit, Users: []string{"me@bücher.example", "me"},
		Source: "the SRV record _pop3s._tcp.xn--bcher-kva.example",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestNotOffered has a domain that says it has no POP3 of either kind.
func TestNotOffered(t *testing.T) {
	t.Parallel()
	r := newRig(t, "_pop3s._tcp.example.org SRV 0 0 0 .", "_pop3._tcp.example.org SRV 0 0 0 .", "example.org MX 1 mx00.kundenserver.de")
	_, err := find(t.Context(), "me@example.org", r.options)
	if e, ok := errors.AsType[*NoPOP3Error](err); !ok || e.Error() != "example.org has no POP3" || e.Hint() == "" {
		t.Error(err)
	}
	if len(r.tried) > 0 {
		t.Errorf("tried %q", r.tried)
	}
}

// TestManyRecords has an answer that is too long for UDP, and for us.
func TestManyRecords(t *testing.T) {
	t.Parallel()
	var records []string
	for i := range 300 {
		records = append(records, fmt.Sprintf("_pop3s._tcp.example.org SRV %d 1 995 host%d.example.org", i, i))
	}
	r := newRig(t, records...)
	r.options.Try = nil
	got, err := r.all(t, "me@example.org")
	if err != nil || len(got) != maxRecords || got[0] != "host0.example.org:995 implicit" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestBrokenDNS has a name server that doesn't know, or says nothing that can
// be understood. The search goes on, and tells of it if it finds nothing.
func TestBrokenDNS(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"SERVFAIL", "SILENCE", "GARBAGE"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, "_pop3s._tcp.example.org "+fault, "_pop3._tcp.example.org "+fault, "example.org "+fault)
			r.options.Timeout = 100 * time.Millisecond
			r.answers = []string{"pop.example.org:110 starttls"}
			got, err := r.all(t, "me@example.org")
			if diff := cmp.Diff([]string{"pop.example.org:110 starttls"}, got); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
			r.options.Try = nil
			_, err = find(t.Context(), "me@example.org", r.options)
			missing, ok := errors.AsType[*NotFoundError](err)
			if !ok || len(missing.Failures) < 3 || !isError[*net.DNSError](err) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestRooted asks for no name that the system's search list could change.
func TestRooted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.options.Try, r.options.NoISPDB = nil, true
	_, err := find(t.Context(), "me@example.org", r.options)
	if _, ok := errors.AsType[*NotFoundError](err); !ok {
		t.Error(err)
	}
	asked := r.dns.AskedQuestions()
	slices.Sort(asked)
	want := []string{"_pop3._tcp.example.org SRV", "_pop3s._tcp.example.org SRV", "example.org MX"}
	if diff := cmp.Diff(want, slices.Compact(asked)); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsRead(t *testing.T) {
	t.Parallel()
	failure := Failure{"pop.example.org:995", errRefused}
	for want, e := range map[string]*NotFoundError{
		"nobody names one":                         {Domain: "example.org"},
		"pop.example.org:995: connection refused":  {"example.org", []Failure{failure}},
		"nobody names one that answers; the last ": {"example.org", []Failure{failure, failure}},
	} {
		if !strings.HasPrefix(e.Error(), "find the POP3 server of example.org: "+want) || e.Hint() == "" ||
			len(e.Failures) > 0 && !errors.Is(e, errRefused) {
			t.Error(e)
		}
	}
}
