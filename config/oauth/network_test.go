package oauth

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := newAccount(t, server)
	a.TokenURL += "?key=" + canary
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
		t.Fatal(err)
	}
	server.Close()
	_, err := a.AccessToken(t.Context(), aged(t, a))
	if _, ok := errors.AsType[net.Error](err); !ok || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	address := server.TokenURL()
	host := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/token")
	check(t, server, err, outcome{
		Text: `refresh the access token: Post "` + address + `": dial tcp ` + host + ": connect: connection refused",
	})
}

// sending lets the server send a text in the place of an HTTP answer, once,
// and hang up.
func sending(server *oauthtest.Server, text string) {
	var done atomic.Bool
	server.AddIntercept(func(w http.ResponseWriter, _ *http.Request) bool {
		if done.Swap(true) {
			return false
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, text) // Who hung up needs no answer.
		return true
	})
}

func TestBrokenHTTP(t *testing.T) {
	t.Parallel()
	const good, leak = "HTTP/1.1 200 OK\r\n", `{"access_token":"` + canary + `"}`
	for name, text := range map[string]string{
		"no HTTP":          leak + "\r\n\r\n",
		"status":           "HTTP/1.1 " + leak + "\r\n\r\n",
		"version":          "HTTP/" + leak + " 200 OK\r\n\r\n",
		"header":           good + leak + "\r\n\r\n",
		"no colon":         good + canary + "\r\n\r\n",
		"length":           good + "Content-Length: " + canary + "\r\n\r\n",
		"encoding":         good + "Transfer-Encoding: " + canary + "\r\n\r\n",
		"chunk":            good + "Transfer-Encoding: chunked\r\n\r\n" + leak + "\r\n",
		"gzip":             good + "Content-Encoding: gzip\r\n\r\n" + leak,
		"header too long":  good + "X: " + strings.Repeat(canary, maxHeader) + "\r\n\r\n",
		"address to go to": "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://%zz/" + canary + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := oauthtest.Start(t, oauthtest.Rules{})
			a := signedIn(t, server)
			sending(server, text)
			_, err := a.AccessToken(t.Context(), aged(t, a))
			check(t, server, err, outcome{Text: "refresh the access token: the answer isn't HTTP"})
			if errors.Unwrap(err) != nil {
				t.Errorf("it wraps %v", errors.Unwrap(err))
			}
		})
	}
}

func TestHungUp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"": io.EOF,
		"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + canary: io.ErrUnexpectedEOF,
	} {
		server := oauthtest.Start(t, oauthtest.Rules{})
		a := signedIn(t, server)
		sending(server, text)
		_, err := a.AccessToken(t.Context(), aged(t, a))
		if _, ok := errors.AsType[net.Error](err); !ok || !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		check(t, server, err, outcome{
			Text: `refresh the access token: Post "` + server.TokenURL() + `": ` + want.Error(),
		})
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	defer stranger.Close()
	for address, want := range map[string]string{
		stranger.URL: "tls: failed to verify certificate: x509: ",
		strings.Replace(server.TokenURL(), "http:", "https:", 1): http.ErrSchemeMismatch.Error(),
	} {
		a := newAccount(t, server)
		a.DeviceURL = address
		_, err := a.SignInByDevice(t.Context(), func(Device) {})
		if _, ok := errors.AsType[net.Error](err); !ok || !strings.Contains(err.Error(), `": `+want) {
			t.Errorf("got %v", err)
		}
	}
	untyped := errors.New("tls: server selected an invalid version after a HelloRetryRequest")
	wrapped := fmt.Errorf("malformed HTTP response %q: %w", canary, &net.OpError{Op: "read", Err: tls.AlertError(40)})
	if ofNetwork(untyped) != untyped || strings.Contains(ofNetwork(wrapped).Error(), canary) {
		t.Errorf("got %v and %v", ofNetwork(untyped), ofNetwork(wrapped))
	}
}

// far is a provider on another machine.
const far = "http://login.example.org"

// TestProxy lets a proxy lead to a provider whose name nobody here knows.
func TestProxy(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	for _, password := range []string{"", canary} {
		proxy := &socks{target: strings.TrimPrefix(server.TokenURL(), "http://"), password: password}
		proxy.target = strings.TrimSuffix(proxy.target, "/token")
		a := newAccount(t, server)
		a.TokenURL, a.Proxy = far+"/token", proxy.start(t)
		if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
			t.Error(err)
		}
		if asked := proxy.asked.Load(); asked != 1 {
			t.Errorf("the proxy was asked %d times", asked)
		}
	}
}

func TestProxyRefusesTheLogin(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	for _, user := range []*url.Userinfo{url.UserPassword("me", canary), nil} {
		a := newAccount(t, server)
		a.DeviceURL, a.Proxy = far+"/device", (&socks{password: "another"}).start(t)
		a.Proxy.User = user
		_, err := a.SignInByDevice(t.Context(), func(Device) {})
		check(t, server, err, outcome{
			"the proxy " + a.Proxy.Host + " refuses the login",
			"give the right login: proxy: socks5://user:pass@host:port", true, false,
		})
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	s := &Settings{}
	const way = "give the right login in the environment, as in HTTPS_PROXY"
	words := &net.OpError{
		Op: "socks connect", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1080},
		Err: errors.New("username/password authentication failed"),
	}
	check(t, oauthtest.Start(t, oauthtest.Rules{}), s.proxyRefused(&url.Error{Op: "Post", Err: words}),
		outcome{"the proxy 192.0.2.1:1080 refuses the login", way, true, false})
	tests := []struct {
		status int
		want   outcome
	}{
		{407, outcome{"the proxy PROXY refuses the login", way, true, false}},
		{403, outcome{"the proxy PROXY answered with HTTP status 403 Forbidden", "", false, false}},
		{502, outcome{"the proxy PROXY answered with HTTP status 502 Bad Gateway", "", false, true}},
	}
	for _, test := range tests {
		server := oauthtest.Start(t, oauthtest.Rules{})
		a := signedIn(t, server)
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(test.status) }))
		defer proxy.Close()
		at, err := url.Parse(proxy.URL)
		if err != nil {
			t.Fatal(err)
		}
		// As http.ProxyFromEnvironment would return it, which looks only once.
		a.Proxy, a.DeviceURL = at, "https://login.example.org/device"
		a.Proxy.User = url.UserPassword("me", canary)
		_, err = a.SignInByDevice(t.Context(), func(Device) {})
		test.want.Text = strings.Replace(test.want.Text, "PROXY", at.Host, 1)
		if test.want.Hint != "" {
			test.want.Hint = "give the right login: proxy: socks5://user:pass@host:port"
		}
		check(t, server, err, test.want)
	}
}

func TestNoProxyForThisMachine(t *testing.T) {
	t.Parallel()
	proxy := &url.URL{Scheme: "socks5h", Host: "192.0.2.1:1080"}
	s := &Settings{ClientSecret: secret.New(canary), Proxy: proxy}
	for host, want := range map[string]*url.URL{
		"localhost": nil, "LocalHost:8080": nil, "127.0.0.1": nil, "127.1.2.3:1": nil, "[::1]:8080": nil, "[::ffff:127.0.0.1]": nil,
		"login.example.org": proxy, "localhost.example.org": proxy, "192.0.2.2": proxy, "[2001:db8::1]": proxy,
	} {
		for _, scheme := range []string{"http", "https"} {
			request := &http.Request{URL: &url.URL{Scheme: scheme, Host: host}}
			if got, err := s.proxyFor(request); got != want || err != nil {
				t.Errorf("%s://%s: got %v, %v", scheme, host, got, err)
			}
		}
	}
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := newAccount(t, server)
	trap := &socks{}
	a.Proxy = trap.start(t)
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil || trap.asked.Load() != 0 {
		t.Errorf("the proxy was asked %d times: %v", trap.asked.Load(), err)
	}
}
