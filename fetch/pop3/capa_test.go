package pop3

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCapabilities(t *testing.T) {
	var trace bytes.Buffer
	c := converse(t, &Options{Trace: &trace}, `
		C: CAPA
		S: +OK Capability list follows
		S: TOP
		S: user
		S: SASL CRAM-MD5 plain
		S: LOGIN-DELAY 900
		S: 
		S: SASL  SCRAM-SHA-256
		S: X-Odd   a  b 
		S: ..
		S: .`)
	caps, err := c.Capabilities()
	if err != nil {
		t.Fatal(err)
	}
	want := Capabilities{
		"TOP": nil, "USER": nil, "LOGIN-DELAY": {"900"}, "X-ODD": {"a", "b"}, ".": nil,
		"SASL": {"CRAM-MD5", "plain", "SCRAM-SHA-256"},
	}
	if diff := cmp.Diff(want, caps, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(caps, c.Announced()); diff != "" {
		t.Error(diff)
	}
	if !caps.Has(CapUser) || caps.Has(CapSTLS) || !caps.HasSASL("PLAIN") || caps.HasSASL("LOGIN") {
		t.Errorf("Has and HasSASL: %v", caps)
	}
	if !strings.Contains(trace.String(), "S: SASL CRAM-MD5 plain\n") {
		t.Errorf("the trace doesn't tell: %s", &trace)
	}
}

func TestCapabilitiesRefused(t *testing.T) {
	c := converse(t, nil, `
		C: CAPA
		S: +OK
		S: PIPELINING
		S: .
		C: CAPA
		S: -ERR what?`)
	if caps, err := c.Capabilities(); !caps.Has(CapPipelining) || err != nil {
		t.Errorf("got %v, %v", caps, err)
	}
	if caps, err := c.Capabilities(); caps != nil || err != nil || c.IsPipelining() {
		t.Errorf("got %v, %v, pipelining %v", caps, err, c.IsPipelining())
	}
}

func TestCapabilitiesBeyondBounds(t *testing.T) {
	long := strings.Repeat("x", 15<<10)
	tests := []struct{ name, list string }{
		{"lines", strings.Repeat("X\r\n", 201)},
		{"bytes", strings.Repeat(long+"\r\n", 5)},
		{"line", long + long + "\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := answered(t, "+OK\r\n"+test.list+".\r\n")
			_, err := c.Capabilities()
			if _, ok := errors.AsType[*ProtocolError](err); !ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
