package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

// again is the hint to sign in again.
const again = "sign in again with: popfetch login work"

// browse gets an address as a browser does that was used for nothing else, and
// returns status and page.
func browse(t testing.TB, address string) (status int, page string) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Error(err)
	}
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(address)
	if err != nil {
		t.Errorf("browser: %v", err)
		return 0, ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("browser: %v", err)
	}
	return response.StatusCode, string(body)
}

func TestBrowser(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := newAccount(t, server)
	a.Scopes = []string{"mail", "offline"}
	pages := make(chan string, 1)
	got, err := a.SignInByBrowser(t.Context(), func(address, _ string) {
		go func() {
			_, page := browse(t, address)
			pages <- page
		}()
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if page := <-pages; page != "You are signed in; this window can be closed.\n" {
		t.Errorf("the browser shows %q", page)
	}
	if !got.InFile || got.Path != "/state/work.token" || !errors.Is(got.Why, errLocked) || got.NoRefresh ||
		time.Until(got.Expires) < 59*time.Minute {
		t.Errorf("kept: %+v", got)
	}
	sent := server.Requests("/authorize")[0].Form
	if sent.Get("login_hint") != "me@example.org" || sent.Get("scope") != "mail offline" || sent.Get("prompt") != "" {
		t.Errorf("sent: %v", sent)
	}
	access, err := a.AccessToken(t.Context(), secret.Secret{})
	if err != nil || access.IsZero() || len(server.Requests("/token")) != 1 {
		t.Errorf("access token: %v after %d requests", err, len(server.Requests("/token")))
	}
}

func TestBrowserFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		rules oauthtest.Rules
		fault string // answer of the token endpoint
		want  outcome
	}{
		{
			"denied",
			oauthtest.Rules{Deny: true},
			"",
			outcome{`sign in by browser: the provider refused: "access_denied": "the person said no"`, again, true, false},
		},
		{
			"code refused",
			oauthtest.Rules{},
			`{"error":"invalid_grant"}`,
			outcome{`sign in by browser: the provider refused: "invalid_grant"`, again, true, false},
		},
		{
			"unknown client",
			oauthtest.Rules{Secret: canary},
			"",
			outcome{
				`sign in by browser: the provider refused: "invalid_client": "who is that?"`,
				"check client_id, client_secret and scopes with what the provider registered", true, false,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := oauthtest.Start(t, test.rules)
			if test.fault != "" {
				server.FailNext(http.StatusBadRequest, test.fault)
			}
			pages := make(chan string, 1)
			_, err := newAccount(t, server).SignInByBrowser(t.Context(), func(_, opener string) {
				go func() {
					_, page := browse(t, opener)
					pages <- page
				}()
			}, nil)
			check(t, server, err, test.want)
			if page := <-pages; !strings.HasPrefix(page, "You are not signed in") {
				t.Errorf("the browser shows %q", page)
			}
		})
	}
}

// loopbackOf finds where the browser is to come back to, and with which state.
func loopbackOf(t *testing.T, address string) (back string, state string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Query().Get("redirect_uri"), parsed.Query().Get("state")
}

func TestStrangersAtTheLoopback(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	var statuses []int
	_, err := newAccount(t, server).SignInByBrowser(t.Context(), func(address, _ string) {
		back, state := loopbackOf(t, address)
		for _, strange := range []string{
			"/?code=x&state=wrong", "/?code=x", "/", "/?error=access_denied&state=", "/?state=" + state, "/favicon.ico",
		} {
			status, _ := browse(t, back+strange)
			statuses = append(statuses, status)
		}
		visit(t)("", address)
	}, nil)
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int{400, 400, 400, 400, 400, 404}, statuses); diff != "" {
		t.Error(diff)
	}
}

// endOf follows an address as a browser on another machine does, which nobody
// answers in the end.
func endOf(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.Header.Get("Location")
}

func TestPaste(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	for name, form := range map[string]func(string) string{
		"address":    func(end string) string { return " " + end + "\n" },
		"fragment":   func(end string) string { return end + "#" },
		"query":      func(end string) string { return end[strings.Index(end, "?"):] },
		"no scheme":  func(end string) string { return strings.TrimPrefix(end, "http://") },
		"other host": func(end string) string { return strings.Replace(end, "127.0.0.1", "localhost", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var address string
			pasted := []string{"", "garbage", "http://127.0.0.1/?code=x&state=wrong", "?%zz"}
			_, err := newAccount(t, server).SignInByBrowser(t.Context(),
				func(shown, _ string) { address = shown },
				func(context.Context) (string, error) {
					if len(pasted) > 0 {
						text := pasted[0]
						pasted = pasted[1:]
						return text, nil
					}
					return form(endOf(t, address)), nil
				})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPasteThatFails(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	nobody := fmt.Errorf("%w: no such device", secret.ErrNoTerminal)
	for name, test := range map[string]struct {
		text  string
		err   error
		asked int32
	}{
		"error":   {"", io.EOF, maxPastes},
		"garbage": {"garbage", nil, maxPastes},
		"nobody":  {"", nobody, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var address string
			var asked atomic.Int32
			_, err := newAccount(t, server).SignInByBrowser(t.Context(),
				func(shown, _ string) { address = shown },
				func(context.Context) (string, error) {
					if asked.Add(1) == test.asked {
						time.AfterFunc(20*time.Millisecond, func() { browse(t, address) })
					}
					return test.text, test.err
				})
			if n := asked.Load(); err != nil || n != test.asked {
				t.Errorf("asked %d times: %v", n, err)
			}
		})
	}
}

func TestPasteAfterAnError(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	var address string
	asked := 0
	_, err := newAccount(t, server).SignInByBrowser(t.Context(),
		func(shown, _ string) { address = shown },
		func(context.Context) (string, error) {
			if asked++; asked == 1 {
				return "", errors.New("the password is empty")
			}
			return endOf(t, address), nil
		})
	if err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestBrowserWinsOverPaste(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	ended := false
	_, err := newAccount(t, server).SignInByBrowser(t.Context(), visit(t), func(ctx context.Context) (string, error) {
		<-ctx.Done()
		ended = true // Seen by this test only if the goroutine is waited for.
		return "", ctx.Err()
	})
	if err != nil || !ended {
		t.Errorf("paste ended: %v, %v", ended, err)
	}
}

func TestBrowserCancelled(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	var back string
	_, err := newAccount(t, server).SignInByBrowser(ctx, func(address, _ string) {
		back, _ = loopbackOf(t, address)
		cancel()
	}, func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(back, "http://")); err == nil {
		conn.Close()
		t.Error("somebody still listens")
	}
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
