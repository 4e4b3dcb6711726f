package oauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
)

// inBubble runs a test against a server that stands outside of it: while an
// account waits between two requests, no time is spent.
func inBubble(t *testing.T, rules oauthtest.Rules, run func(*testing.T, *oauthtest.Server)) {
	t.Helper()
	server := oauthtest.Start(t, rules)
	synctest.Test(t, func(t *testing.T) { run(t, server) })
}

func TestDevice(t *testing.T) {
	tests := []struct {
		name  string
		rules oauthtest.Rules
		took  time.Duration
	}{
		{"at once", oauthtest.Rules{}, time.Second},
		{"later", oauthtest.Rules{Pending: 2, Interval: 5}, 15 * time.Second},
		{"asked too often", oauthtest.Rules{SlowDown: 1, Pending: 1}, (1 + 6 + 6) * time.Second},
		{"no interval", oauthtest.Rules{Interval: -1}, 5 * time.Second},
		{"a long interval", oauthtest.Rules{Interval: 1 << 30}, time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.rules, func(t *testing.T, server *oauthtest.Server) {
				var shown Device
				begin := time.Now()
				got, err := newAccount(t, server).SignInByDevice(t.Context(), func(d Device) { shown = d })
				if err != nil || !got.InFile || got.NoRefresh {
					t.Fatalf("kept %+v, %v", got, err)
				}
				page := strings.TrimSuffix(server.DeviceURL(), "/device") + "/activate"
				want := Device{page, "WDJB-MJHT", page + "?code=WDJB-MJHT", begin.Add(10 * time.Minute).UTC()}
				if diff := cmp.Diff(want, shown); diff != "" {
					t.Error(diff)
				}
				if took := time.Since(begin); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
			})
		})
	}
}

func TestDeviceFails(t *testing.T) {
	const what = "sign in by device code: "
	tests := []struct {
		name  string
		rules oauthtest.Rules
		want  outcome
	}{
		{
			"denied",
			oauthtest.Rules{Deny: true, Pending: 1},
			outcome{what + `the provider refused: "access_denied": "the person said no"`, again, true, false},
		},
		{
			"expired there",
			oauthtest.Rules{DeviceLifetime: -time.Hour},
			outcome{what + "the code expired before anybody used it", again, true, false},
		},
		{
			"expired here",
			oauthtest.Rules{Pending: 1000},
			outcome{what + "the code expired before anybody used it", again, true, false},
		},
		{
			"nobody came for long",
			oauthtest.Rules{Pending: 1000, DeviceLifetime: 48 * time.Hour},
			outcome{what + "the code expired before anybody used it", again, true, false},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.rules.Pending == 1000 {
				test.rules.Interval = 50 // so that it's asked a dozen times only
			}
			inBubble(t, test.rules, func(t *testing.T, server *oauthtest.Server) {
				begin := time.Now()
				_, err := newAccount(t, server).SignInByDevice(t.Context(), func(Device) {})
				check(t, server, err, test.want)
				if took := time.Since(begin); took > signInTime {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestDeviceOverlooksFaults(t *testing.T) {
	inBubble(t, oauthtest.Rules{}, func(t *testing.T, server *oauthtest.Server) {
		server.FailNext(http.StatusServiceUnavailable, "later")
		server.FailNext(http.StatusTooManyRequests, `{"error":"temporarily_unavailable"}`)
		begin := time.Now()
		if _, err := newAccount(t, server).SignInByDevice(t.Context(), func(Device) {}); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != (1+2+4)*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestDeviceGivesUp(t *testing.T) {
	inBubble(t, oauthtest.Rules{}, func(t *testing.T, server *oauthtest.Server) {
		for range pollFaults + 1 {
			server.FailNext(http.StatusServiceUnavailable, "later")
		}
		_, err := newAccount(t, server).SignInByDevice(t.Context(), func(Device) {})
		check(t, server, err, outcome{
			Text:      "sign in by device code: the provider answered with HTTP status 503 Service Unavailable",
			Temporary: true,
		})
	})
}

func TestDeviceCancelled(t *testing.T) {
	inBubble(t, oauthtest.Rules{Pending: 1000}, func(t *testing.T, server *oauthtest.Server) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(12*time.Second, cancel)
		_, err := newAccount(t, server).SignInByDevice(ctx, func(Device) {})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// TestDeviceRequestEnds looks at the one request that package oauth2 makes
// without a context.
func TestDeviceRequestEnds(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	ctx, cancel := context.WithCancel(t.Context())
	server.AddIntercept(func(_ http.ResponseWriter, r *http.Request) bool {
		cancel()
		<-r.Context().Done()
		return true
	})
	_, err := newAccount(t, server).SignInByDevice(ctx, func(Device) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDeviceAnswers(t *testing.T) {
	t.Parallel()
	const good = `"device_code":"d","user_code":"u","verification_uri":"https://example.org/"`
	const noCode = "ask for a device code: the answer has no code to show"
	const noAddress = "ask for a device code: the answer has no address to show"
	tests := []struct{ answer, want string }{
		{`null`, "ask for a device code: the answer isn't a JSON object"},
		{`[]`, "ask for a device code: the answer isn't a JSON object"},
		{`<html>`, "ask for a device code: the answer isn't a JSON object"},
		{`{` + good + `,"interval":"often"}`, "ask for a device code: the answer isn't one of OAuth 2.0"},
		{`{}`, noCode},
		{`{"device_code":"d","verification_uri":"https://example.org/"}`, noCode},
		{`{"device_code":"d","user_code":"\u001b[2J","verification_uri":"https://example.org/"}`, noCode},
		{`{"device_code":"d","user_code":"` + strings.Repeat("x", maxShown+1) + `"}`, noCode},
		{`{"device_code":"d","user_code":"u"}`, noAddress},
		{`{"device_code":"d","user_code":"u","verification_uri":"javascript:alert(1)"}`, noAddress},
		{`{"device_code":"d","user_code":"u","verification_uri":"file:///etc/passwd"}`, noAddress},
		{`{"device_code":"d","user_code":"u","verification_uri":"https://example.org/ x"}`, noAddress},
		{`{"device_code":"d","user_code":"u","verification_uri":"https://example.org/\u202e"}`, noAddress},
	}
	for _, test := range tests {
		server := oauthtest.Start(t, oauthtest.Rules{})
		server.AddIntercept(func(w http.ResponseWriter, _ *http.Request) bool {
			w.Write([]byte(test.answer))
			return true
		})
		_, err := newAccount(t, server).SignInByDevice(t.Context(), func(d Device) { t.Errorf("shown: %q", d) })
		check(t, server, err, outcome{Text: test.want})
	}
	server := oauthtest.Start(t, oauthtest.Rules{})
	server.AddIntercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Write([]byte(`{` + good + `,"verification_uri_complete":"https://example.org/\n"}`))
		return true
	})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := newAccount(t, server).SignInByDevice(ctx, func(d Device) {
		cancel()
		if d.Complete != "" || d.URL != "https://example.org/" {
			t.Errorf("shown: %q", d)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
