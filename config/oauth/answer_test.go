package oauth

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	const what = "refresh the access token: "
	const client = "check client_id, client_secret and scopes with what the provider registered"
	long := strings.Repeat("a", 300)
	tests := []struct {
		status int
		body   string
		want   outcome
	}{
		{500, "<html>oops</html>", outcome{what + "the provider answered with HTTP status 500 Internal Server Error", "", false, true}},
		{429, "", outcome{what + "the provider answered with HTTP status 429 Too Many Requests", "", false, true}},
		{429, `{"error":"invalid_grant"}`, outcome{what + `the provider refused: "invalid_grant"`, "", false, true}},
		{400, `{"error":"temporarily_unavailable"}`, outcome{what + `the provider refused: "temporarily_unavailable"`, "", false, true}},
		{400, `{"error":"slow_down"}`, outcome{what + `the provider refused: "slow_down"`, "", false, true}},
		{404, "<html>", outcome{what + "the provider answered with HTTP status 404 Not Found", "", false, false}},
		{302, "", outcome{what + "the provider answered with HTTP status 302 Found", "", false, false}},
		{401, "", outcome{what + "the provider answered with HTTP status 401 Unauthorized", client, true, false}},
		{401, `{"error":"invalid_client"}`, outcome{what + `the provider refused: "invalid_client"`, client, true, false}},
		{400, `{"error":"unauthorized_client"}`, outcome{what + `the provider refused: "unauthorized_client"`, client, true, false}},
		{400, `{"error":"invalid_scope"}`, outcome{what + `the provider refused: "invalid_scope"`, client, true, false}},
		{400, `{"error":"unsupported_grant_type"}`, outcome{what + `the provider refused: "unsupported_grant_type"`, client, true, false}},
		{400, `{"error":"interaction_required"}`, outcome{what + `the provider refused: "interaction_required"`, again, true, false}},
		{200, `{"error":"invalid_grant"}`, outcome{what + `the provider refused: "invalid_grant"`, again, true, false}},
		{
			400, `{"error":"invalid_grant","error_description":"\u001b[2Jgone\r\n` + long + `"}`,
			outcome{what + `the provider refused: "invalid_grant": "\x1b[2Jgone\r\n` + long[:200-10] + `"`, again, true, false},
		},
		{200, "", outcome{Text: what + "the answer isn't a JSON object"}},
		{200, "<html>sign in to the café's network</html>", outcome{Text: what + "the answer isn't a JSON object"}},
		{200, strings.Repeat("x", 100<<10), outcome{Text: what + "the answer isn't a JSON object"}},
		{200, "access_token=a&token_type=bearer", outcome{Text: what + "the answer isn't a JSON object"}},
		{200, "null", outcome{Text: what + "the answer isn't a JSON object"}},
		{200, "{}", outcome{Text: what + "the answer isn't one of OAuth 2.0"}},
		{200, `{"access_token":7}`, outcome{Text: what + "the answer isn't one of OAuth 2.0"}},
		{200, `{"access_token":"a","expires_in":"soon"}`, outcome{Text: what + "the answer isn't one of OAuth 2.0"}},
		{200, `{"access_token":"a","token_type":"mac"}`, outcome{Text: what + "the token isn't a bearer token"}},
		{200, `{"access_token":"a b"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
		{200, `{"access_token":"a\u0001"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
		{200, `{"access_token":"ä"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
	}
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	before := kept(t, a)
	for _, test := range tests {
		server.FailNext(test.status, test.body)
		_, err := a.AccessToken(t.Context(), before.access)
		check(t, server, err, test.want)
	}
	if after := kept(t, a); !after.refresh.Equal(before.refresh) || !after.access.Equal(before.access) {
		t.Error("what is kept has changed")
	}
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	for _, body := range []string{
		`{"access_token":"good","token_type":"BEARER","expires_in":"3600"}`,
		" \n" + `{"access_token":"good","expires_in":null}`,
		`{"access_token":"good","refresh_token":"` + strings.Repeat("r", 100<<10) + `"}`,
	} {
		server.FailNext(http.StatusOK, body)
		if got := access(t, a, kept(t, a).access); got.Reveal() != "good" {
			t.Errorf("got %q", got.Reveal())
		}
		if err := a.toFile(token{access: secret.New("bad"), refresh: kept(t, a).refresh}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	server, other := oauthtest.Start(t, oauthtest.Rules{}), oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.TokenURL(), http.StatusTemporaryRedirect)
		return true
	})
	_, err := a.AccessToken(t.Context(), kept(t, a).access)
	check(t, server, err, outcome{
		Text: "refresh the access token: the provider answered with HTTP status 307 Temporary Redirect",
	})
	if n := len(other.Requests("/token")); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := newAccount(t, server)
	a.TokenURL += "?key=" + canary
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
		t.Fatal(err)
	}
	server.Close()
	_, err := a.AccessToken(t.Context(), kept(t, a).access)
	if _, ok := errors.AsType[net.Error](err); !ok || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	address := server.TokenURL()
	host := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/token")
	check(t, server, err, outcome{
		Text: `refresh the access token: Post "` + address + `": dial tcp ` + host + ": connect: connection refused",
	})
}

func TestProxy(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	greeting := make(chan byte, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		first := make([]byte, 1)
		conn.Read(first)
		greeting <- first[0]
	}()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	a.Proxy = &url.URL{Scheme: "socks5", Host: listener.Addr().String(), User: url.UserPassword("me", canary)}
	_, err = a.AccessToken(t.Context(), kept(t, a).access)
	if _, ok := errors.AsType[net.Error](err); !ok {
		t.Errorf("got %v", err)
	}
	noSecrets(t, server, err)
	if version := <-greeting; version != 5 {
		t.Errorf("the proxy was greeted with %d", version)
	}
}
