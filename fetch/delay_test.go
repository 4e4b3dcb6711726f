package fetch

import (
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
)

func TestLoginDelay(t *testing.T) {
	for _, tc := range []struct {
		parameters []string
		want       int
	}{
		{nil, 0},
		{[]string{"900"}, 900},
		{[]string{"900", "USER"}, 900},
		{[]string{"soon"}, 0},
		{[]string{"-1"}, 0},
		{[]string{"2000000000"}, maxLoginDelay},
		{[]string{"99999999999999999999"}, 0},
	} {
		caps := pop3.Capabilities{pop3.CapLoginDelay: tc.parameters}
		if got := loginDelay(caps); got != tc.want {
			t.Errorf("%q: %d seconds, want %d", tc.parameters, got, tc.want)
		}
	}
}

// TestLoginDelayIsRemembered has a server that tells its delay only after the
// login, when it knows whose maildrop it is.
func TestLoginDelayIsRemembered(t *testing.T) {
	server := &pop3d.Server{
		Capabilities:      []string{"USER", "UIDL"},
		LoginCapabilities: []string{"USER", "UIDL", "LOGIN-DELAY 900"},
	}
	r := newRigOn(t, server, message("a"))
	r.sync(1)
	summary := r.known().Summary()
	if summary.Delay != 15*time.Minute {
		t.Errorf("the ledger knows of a delay of %v", summary.Delay)
	}
	now := time.Now()
	for _, tc := range []struct {
		name    string
		now     time.Time
		atLeast time.Duration
		wait    bool
	}{
		{"at once", now, 0, true},
		{"later", now.Add(16 * time.Minute), 0, false},
		{"later, with a longer min_interval", now.Add(16 * time.Minute), time.Hour, true},
		{"the clock was set back", now.Add(-time.Hour), 0, false},
	} {
		if got := summary.NextLogin(tc.now, tc.atLeast); got.IsZero() == tc.wait {
			t.Errorf("%s: next login %v", tc.name, got)
		}
	}
}
