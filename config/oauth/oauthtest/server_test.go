package oauthtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// verifier and challenge are those of RFC 7636, appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// post sends a form and returns the status and the JSON of the answer.
func post(t *testing.T, address string, form url.Values) (status int, answer map[string]any) {
	t.Helper()
	response, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, decode(t, response)
}

func decode(t *testing.T, response *http.Response) (answer map[string]any) {
	t.Helper()
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// good are the parameters of a browser that is welcome.
func good() url.Values {
	return url.Values{
		"response_type": {"code"}, "client_id": {"client"}, "redirect_uri": {"http://127.0.0.1:1"}, "state": {"s"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
}

// ask sends a browser, and returns what it is sent back with.
func ask(t *testing.T, s *Server, query url.Values) (status int, brought url.Values) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(s.AuthURL() + "?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	back, err := url.Parse(response.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, back.Query()
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{})
	tests := []struct {
		key, value string
		status     int
		want       string // error
	}{
		{"state", "s", http.StatusFound, ""},
		{"redirect_uri", "https://example.org/", http.StatusBadRequest, ""},
		{"redirect_uri", "", http.StatusBadRequest, ""},
		{"client_id", "stranger", http.StatusBadRequest, ""},
		{"response_type", "token", http.StatusFound, "invalid_request"},
		{"state", "", http.StatusFound, "invalid_request"},
		{"code_challenge", "", http.StatusFound, "invalid_request"},
		{"code_challenge_method", "plain", http.StatusFound, "invalid_request"},
	}
	for _, test := range tests {
		query := good()
		query.Set(test.key, test.value)
		status, brought := ask(t, s, query)
		isFine := status == http.StatusFound && test.want == ""
		if status != test.status || brought.Get("error") != test.want || brought.Has("code") != isFine {
			t.Errorf("%s=%s: %d %v", test.key, test.value, status, brought)
		}
	}
	s.ChangeRules(func(r *Rules) { r.Deny = true })
	if _, brought := ask(t, s, good()); brought.Get("error") != "access_denied" || brought.Get("state") != "s" {
		t.Errorf("denied: %v", brought)
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{})
	tests := []struct{ key, value, want string }{
		{"client_id", "client", ""},
		{"client_id", "stranger", "invalid_client"},
		{"client_secret", "guess", "invalid_client"},
		{"grant_type", "password", "unsupported_grant_type"},
		{"code", "guess", "invalid_grant"},
		{"redirect_uri", "http://127.0.0.1:2", "invalid_grant"},
		{"code_verifier", verifier + "x", "invalid_grant"},
		{"code_verifier", "", "invalid_grant"},
	}
	for _, test := range tests {
		_, brought := ask(t, s, good())
		form := url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"client"}, "code": {brought.Get("code")},
			"redirect_uri": {"http://127.0.0.1:1"}, "code_verifier": {verifier},
		}
		form.Set(test.key, test.value)
		status, answer := post(t, s.TokenURL(), form)
		if got, _ := answer["error"].(string); got != test.want || (status == http.StatusOK) != (got == "") {
			t.Errorf("%s=%s: %d %v", test.key, test.value, status, answer)
		}
		if test.want != "" {
			continue
		}
		if status, _ := post(t, s.TokenURL(), form); status != http.StatusBadRequest {
			t.Errorf("the code is taken twice: %d", status)
		}
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{SlowDown: 1, Pending: 2})
	if _, answer := post(t, s.DeviceURL(), url.Values{"client_id": {"stranger"}}); answer["error"] != "invalid_client" {
		t.Errorf("a stranger: %v", answer)
	}
	_, given := post(t, s.DeviceURL(), url.Values{"client_id": {"client"}})
	form := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"client"},
		"device_code": {given["device_code"].(string)},
	}
	var got []any
	for range 5 {
		_, answer := post(t, s.TokenURL(), form)
		got = append(got, answer["error"])
	}
	want := []any{"slow_down", "authorization_pending", "authorization_pending", nil, "invalid_grant"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for _, rotate := range []bool{false, true} {
		s := Start(t, Rules{Rotate: rotate})
		_, brought := ask(t, s, good())
		_, given := post(t, s.TokenURL(), url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"client"}, "code": {brought.Get("code")},
			"redirect_uri": {"http://127.0.0.1:1"}, "code_verifier": {verifier},
		})
		form := url.Values{
			"grant_type": {"refresh_token"}, "client_id": {"client"}, "refresh_token": {given["refresh_token"].(string)},
		}
		if _, answer := post(t, s.TokenURL(), form); (answer["refresh_token"] != nil) != rotate {
			t.Errorf("rotate %v: %v", rotate, answer)
		}
		if _, answer := post(t, s.TokenURL(), form); (answer["error"] == "invalid_grant") != rotate {
			t.Errorf("rotate %v, once more: %v", rotate, answer)
		}
		s.RevokeRefresh()
		if _, answer := post(t, s.TokenURL(), form); answer["error"] != "invalid_grant" {
			t.Errorf("revoked: %v", answer)
		}
	}
}

func TestIntrospect(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{Scope: "mail"})
	text := s.MintToken("me@example.org")
	ways := map[string]func(string) map[string]any{
		"form": func(text string) map[string]any {
			_, answer := post(t, s.IntrospectURL(), url.Values{"token": {text}})
			return answer
		},
		"query": func(text string) map[string]any {
			response, err := http.Get(s.IntrospectURL() + "?token=" + text)
			if err != nil {
				t.Fatal(err)
			}
			return decode(t, response)
		},
		"bearer": func(text string) map[string]any {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.IntrospectURL(), nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+text)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			return decode(t, response)
		},
	}
	for name, tell := range ways {
		answer := tell(text)
		until := time.Until(time.Unix(int64(answer["exp"].(float64)), 0))
		if until < 59*time.Minute || until > time.Hour {
			t.Errorf("%s: it lasts %v", name, until)
		}
		delete(answer, "exp")
		want := map[string]any{
			"active": true, "username": "me@example.org", "sub": "me@example.org", "email": "me@example.org",
			"scope": "mail", "client_id": "client", "token_type": "bearer",
		}
		if diff := cmp.Diff(want, answer); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(map[string]any{"active": false}, tell("guess")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	s.ChangeRules(func(r *Rules) { r.Lifetime = -time.Second })
	if answer := ways["form"](s.MintToken("me")); answer["active"] != false {
		t.Errorf("expired: %v", answer)
	}
	s.RevokeAccess()
	if answer := ways["form"](text); answer["active"] != false {
		t.Errorf("revoked: %v", answer)
	}
}

func TestFaultsAndRequests(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{Secret: "pass/word"})
	s.FailNext(http.StatusTeapot, "first")
	s.FailNext(http.StatusOK, "{}")
	post(t, s.IntrospectURL(), url.Values{"token": {"x"}}) // is spared
	for _, want := range []string{"418 first text/plain; charset=utf-8", "200 {} application/json"} {
		response, err := http.PostForm(s.TokenURL(), url.Values{"a": {"b"}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		got := response.Status[:4] + string(body) + " " + response.Header.Get("Content-Type")
		if err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.TokenURL()+"?q=1", strings.NewReader("f=2"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("client", "pass%2Fword")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if answer := decode(t, response); answer["error"] != "invalid_client" {
		t.Errorf("the secret is looked for in the header: %v", answer)
	}
	want := []Request{
		{"/token", url.Values{"a": {"b"}}, "", ""},
		{"/token", url.Values{"a": {"b"}}, "", ""},
		{"/token", url.Values{"q": {"1"}, "f": {"2"}}, "client", "pass%2Fword"},
	}
	if diff := cmp.Diff(want, s.Requests("/token")); diff != "" {
		t.Error(diff)
	}
	if text := s.MintToken("me"); !slices.Equal([]string{text, "pass/word"}, s.Secrets()) {
		t.Errorf("secrets: %q", s.Secrets())
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	s := Start(t, Rules{})
	s.Close()
	s.Close()
	if response, err := http.Get(s.IntrospectURL()); err == nil {
		response.Body.Close()
		t.Error("it still answers")
	}
}
