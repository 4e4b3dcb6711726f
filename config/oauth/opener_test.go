package oauth

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
)

// ask makes a request with a cookie, if there is one, and goes no further.
func ask(t *testing.T, method, address string, cookie *http.Cookie) *http.Response {
	t.Helper()
	request, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	if cookie != nil {
		request.AddCookie(cookie)
	}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true},
		Timeout:       20 * time.Second,
	}
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response
}

// soon ends a sign-in that nobody comes back to.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// given is the cookie that an answer gives out.
func given(t *testing.T, response *http.Response) *http.Cookie {
	t.Helper()
	if all := response.Cookies(); len(all) == 1 {
		return all[0]
	}
	t.Fatalf("cookies: %v", response.Cookies())
	return nil
}

func TestOpener(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	_, err := newAccount(t, server).SignInByBrowser(soon(t), func(address, opener string) {
		back, state := loopbackOf(t, address)
		if !strings.HasPrefix(opener, back+"/begin/") || strings.Contains(opener, state) {
			t.Errorf("the opener of %s is %s", back, opener)
		}
		if status := ask(t, http.MethodHead, opener, nil).StatusCode; status != http.StatusNotFound {
			t.Errorf("HEAD: %d", status)
		}
		first := ask(t, http.MethodGet, opener, nil)
		cookie := given(t, first)
		if first.StatusCode != http.StatusFound || first.Header.Get("Location") != address {
			t.Errorf("%s leads to %s", first.Status, first.Header.Get("Location"))
		}
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("the cookie is %s", cookie.Raw)
		}
		end := endOf(t, address)
		wrong := &http.Cookie{Name: cookie.Name, Value: "guess"}
		got := []int{
			ask(t, http.MethodGet, end, nil).StatusCode, ask(t, http.MethodGet, end, wrong).StatusCode,
			ask(t, http.MethodGet, opener, cookie).StatusCode, // as after a reload
		}
		if diff := cmp.Diff([]int{400, 400, 302}, got); diff != "" {
			t.Error(diff)
		}
		beside(t, func() { ask(t, http.MethodGet, end, cookie) })
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestByHand(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	_, err := newAccount(t, server).SignInByBrowser(soon(t), func(address, _ string) { visit(t)("", address) }, nil)
	if err != nil {
		t.Errorf("instead of ours: %v", err)
	}
	var end string
	_, err = newAccount(t, server).SignInByBrowser(soon(t), func(address, opener string) {
		ask(t, http.MethodGet, opener, nil)
		end = endOf(t, address)
		if status, page := browse(t, end); status != http.StatusBadRequest || !strings.Contains(page, "paste this address") {
			t.Errorf("got %d, %s", status, page)
		}
	}, func(context.Context) (string, error) { return end, nil })
	if err != nil {
		t.Errorf("beside ours: %v", err)
	}
}

func TestSomebodyElseAtTheOpener(t *testing.T) {
	t.Parallel()
	want := outcome{
		"sign in by browser: somebody else used the address that the browser was started with", again, true, false,
	}
	server := oauthtest.Start(t, oauthtest.Rules{})
	_, err := newAccount(t, server).SignInByBrowser(soon(t), func(_, opener string) {
		ask(t, http.MethodGet, opener, nil)
		for range 2 {
			second := ask(t, http.MethodGet, opener, &http.Cookie{Name: "popfetch", Value: "guess"})
			if second.StatusCode != http.StatusForbidden || len(second.Cookies()) != 0 || second.Header.Get("Location") != "" {
				t.Errorf("the second gets %s", second.Status)
			}
		}
	}, nil)
	check(t, server, err, want)

	// Our browser comes when the other has brought a code already.
	a := newAccount(t, server)
	var begin string
	server.AddIntercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/token" {
			ask(t, http.MethodGet, begin, nil)
		}
		return false
	})
	_, err = a.SignInByBrowser(soon(t), func(_, opener string) {
		begin = opener
		visit(t)("", opener)
	}, nil)
	check(t, server, err, want)
	if a.File.(*memory).text != nil {
		t.Error("the token of the other is kept")
	}
}

func TestBothLoopbacks(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := newAccount(t, server)
	a.Provider = "microsoft" // whose host is localhost
	_, err := a.SignInByBrowser(soon(t), func(address, opener string) {
		back, _ := loopbackOf(t, address)
		port, ok := strings.CutPrefix(back, "http://localhost:")
		if !ok {
			t.Errorf("the browser comes back to %s", back)
		}
		if hasIPv6(t) {
			if status, _ := browse(t, "http://[::1]:"+port+"/nothing"); status != http.StatusNotFound {
				t.Errorf("at ::1: %d", status)
			}
		}
		visit(t)("", opener)
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

// hasIPv6 reports whether ::1 is an address of this machine.
func hasIPv6(t *testing.T) bool {
	t.Helper()
	listener, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// A port stands for one that is listened at.
type port struct {
	net.Listener
	number int
	closed bool
}

func (p *port) Addr() net.Addr { return &net.TCPAddr{Port: p.number} }

func (p *port) Close() error {
	p.closed = true
	return nil
}

func TestPorts(t *testing.T) {
	t.Parallel()
	taken := errors.New("address already in use")
	for name, test := range map[string]struct {
		host       string
		noSix      error
		takenTimes int
		want       []string
		err        error
	}{
		"number":       {"127.0.0.1", nil, 0, []string{"127.0.0.1:0"}, nil},
		"both":         {"localhost", nil, 0, []string{"[::1]:0", "127.0.0.1:1"}, nil},
		"no IPv6":      {"localhost", io.EOF, 0, []string{"[::1]:0", "127.0.0.1:0"}, nil},
		"taken once":   {"localhost", nil, 1, []string{"[::1]:0", "127.0.0.1:1", "[::1]:0", "127.0.0.1:3"}, nil},
		"always taken": {"localhost", nil, maxPorts, nil, taken},
	} {
		var asked []string
		var opened []*port
		all, err := listenAt(test.host, func(network, address string) (net.Listener, error) {
			asked = append(asked, address)
			switch {
			case network == "tcp6" && test.noSix != nil:
				return nil, test.noSix
			case network == "tcp4" && len(asked) <= 2*test.takenTimes:
				return nil, taken
			}
			opened = append(opened, &port{number: len(asked)})
			return opened[len(opened)-1], nil
		})
		if diff := cmp.Diff(test.want, asked); diff != "" && test.want != nil {
			t.Errorf("%s: %s", name, diff)
		}
		left := len(opened)
		for _, p := range opened {
			if p.closed {
				left--
			}
		}
		if !errors.Is(err, test.err) || left != len(all) {
			t.Errorf("%s: %d of %d are open, %v", name, left, len(all), err)
		}
	}
}
