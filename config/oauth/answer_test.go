package oauth

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

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
		{200, `{"access_token":"a","token_type":"mac"}`, outcome{Text: what + "the token isn't a bearer token"}},
		{200, `{"access_token":"a b"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
		{200, `{"access_token":"a\u0001"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
		{200, `{"access_token":"ä"}`, outcome{Text: what + "the access token holds more than visible ASCII"}},
		{200, `{"access_token":"` + strings.Repeat("a", maxToken+1) + `"}`, outcome{Text: what + "the token is too long"}},
		{200, `{"access_token":"a","refresh_token":"` + strings.Repeat("<", maxToken/2) + `"}`, outcome{Text: what + "the token is too long"}},
	}
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	aged(t, a)
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
		`{"access_token":"good","refresh_token":"` + strings.Repeat("r", maxToken) + `"}`,
	} {
		server.FailNext(http.StatusOK, body)
		if got := access(t, a, aged(t, a)); got.Reveal() != "good" {
			t.Errorf("got %q", got.Reveal())
		}
		if err := a.keepInFile(token{access: secret.New("bad"), refresh: kept(t, a).refresh}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExpiresIn(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	for given, want := range map[string]time.Duration{ // 0: unknown
		`3600`: time.Hour, `3600.9`: time.Hour, `"3600"`: time.Hour, `"3600.9"`: time.Hour, `36e2`: time.Hour,
		`-1.5`: -time.Second, `-1e30`: -time.Second, `1e30`: math.MaxInt32 * time.Second,
		`0`: 0, `0.5`: 0, `null`: 0, `"soon"`: 0, `""`: 0, `true`: 0, `{}`: 0, `1e999`: 0, `"-0x1"`: 0,
	} {
		server.FailNext(http.StatusOK, `{"access_token":"good","expires_in":`+given+`}`)
		if got := access(t, a, aged(t, a)); got.Reveal() != "good" {
			t.Errorf("%s: got %q", given, got.Reveal())
		}
		expires := kept(t, a).expires
		if off := time.Until(expires) - want; (want == 0) != expires.IsZero() || want != 0 && off.Abs() > time.Minute {
			t.Errorf("%s: it expires at %v", given, expires)
		}
		change(t, a, func(kept *token) { kept.access = secret.New("bad") })
	}
}

// TestNextRefreshTokenIsSaved lets the provider give out a refresh token with
// something that can't be used.
func TestNextRefreshTokenIsSaved(t *testing.T) {
	t.Parallel()
	const next = `"refresh_token":"next"`
	tests := []struct {
		answer string
		saved  bool
	}{
		{`{` + next + `}`, true},
		{`{` + next + `,"access_token":7}`, true},
		{`{` + next + `,"access_token":"a","token_type":"mac"}`, true},
		{`{` + next + `,"access_token":"a\u0001"}`, true},
		{`{` + next + `,"access_token":"` + strings.Repeat("a", maxToken+1) + `"}`, true},
		{`{"refresh_token":"n\u0001"}`, false},
		{`{"refresh_token":"` + strings.Repeat("n", maxToken+1) + `"}`, false},
		{`{"refresh_token":7}`, false},
		{`{"refresh_token":null}`, false},
	}
	for _, test := range tests {
		server := oauthtest.Start(t, oauthtest.Rules{})
		a := signedIn(t, server)
		refused := aged(t, a)
		before := kept(t, a)
		server.FailNext(http.StatusOK, test.answer)
		got, err := a.AccessToken(t.Context(), refused)
		if e, ok := errors.AsType[*Error](err); !ok || !got.IsZero() || e.Refused() || e.Temporary() || e.Unwrap() != nil {
			t.Errorf("%.40s: %v", test.answer, err)
		}
		after := kept(t, a)
		isSaved, isSame := after.refresh.Reveal() == "next" && after.access.IsZero(), after.refresh.Equal(before.refresh)
		if isSaved != test.saved || isSame == test.saved {
			t.Errorf("%.40s: %q is kept", test.answer, after.refresh.Reveal())
		}
		_, _ = a.AccessToken(t.Context(), secret.Secret{}) // It says nothing to the server.
		if all := server.Requests("/token"); test.saved && all[len(all)-1].Form.Get("refresh_token") != "next" {
			t.Errorf("%.40s: the next run doesn't use it", test.answer)
		}
	}
}

func TestSameRefreshTokenOfABadAnswer(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	refused := aged(t, a)
	server.FailNext(http.StatusOK, `{"refresh_token":"`+kept(t, a).refresh.Reveal()+`"}`)
	if _, err := a.AccessToken(t.Context(), refused); err == nil || !kept(t, a).access.Equal(refused) {
		t.Errorf("the access token is lost: %v", err)
	}
}

func TestNextRefreshTokenOfAnError(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	server.FailNext(http.StatusBadRequest, `{"error":"slow_down","refresh_token":"next"}`)
	if _, err := a.AccessToken(t.Context(), aged(t, a)); err == nil || kept(t, a).refresh.Reveal() == "next" {
		t.Errorf("kept after %v", err)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	server, other := oauthtest.Start(t, oauthtest.Rules{}), oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	server.AddIntercept(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.TokenURL(), http.StatusTemporaryRedirect)
		return true
	})
	_, err := a.AccessToken(t.Context(), aged(t, a))
	check(t, server, err, outcome{
		Text: "refresh the access token: the provider answered with HTTP status 307 Temporary Redirect",
	})
	if n := len(other.Requests("/token")); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}
