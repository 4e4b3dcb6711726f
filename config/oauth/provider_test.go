package oauth

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

func TestWays(t *testing.T) {
	t.Parallel()
	const at = "https://example.org/"
	tests := []struct {
		settings                Settings
		device, browser, prefer bool
	}{
		{Settings{Provider: "google"}, false, true, false},
		{Settings{Provider: "google", DeviceURL: at}, true, true, false},
		{Settings{Provider: "microsoft"}, true, true, true},
		{Settings{AuthURL: at, TokenURL: at}, false, true, false},
		{Settings{DeviceURL: at, TokenURL: at}, true, false, true},
		{Settings{AuthURL: at, DeviceURL: at, TokenURL: at}, true, true, true},
	}
	for _, test := range tests {
		s := test.settings
		got := []bool{s.CanDevice(), s.CanBrowser(), s.PrefersDevice()}
		if diff := cmp.Diff([]bool{test.device, test.browser, test.prefer}, got); diff != "" {
			t.Errorf("%s: %s", s.Provider, diff)
		}
	}
}

func TestPresets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		provider string
		urls     []string
		want     url.Values
	}{
		{
			"google",
			[]string{"https://accounts.google.com/o/oauth2/auth", "https://oauth2.googleapis.com/token", ""},
			url.Values{
				"scope": {"https://mail.google.com/"}, "access_type": {"offline"}, "prompt": {"consent"},
				"redirect_uri": {"http://127.0.0.1"},
			},
		},
		{
			"microsoft",
			[]string{
				"https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
				"https://login.microsoftonline.com/common/oauth2/v2.0/token",
				"https://login.microsoftonline.com/common/oauth2/v2.0/devicecode",
			},
			url.Values{
				"scope":        {"https://outlook.office.com/POP.AccessAsUser.All offline_access"},
				"redirect_uri": {"http://localhost"},
			},
		},
	}
	for _, test := range tests {
		a := &Account{
			Settings: Settings{Provider: test.provider, ClientID: "client"},
			File:     &memory{}, Lock: filepath.Join(t.TempDir(), "lock"),
		}
		endpoint := a.oauthConfig().Endpoint
		got := []string{endpoint.AuthURL, endpoint.TokenURL, endpoint.DeviceAuthURL}
		if diff := cmp.Diff(test.urls, got); diff != "" {
			t.Error(diff)
		}
		sent := shownBy(t, a)
		for _, key := range []string{"state", "code_challenge", "code_challenge_method", "client_id", "response_type"} {
			if sent.Get(key) == "" {
				t.Errorf("%s: no %s", test.provider, key)
			}
			sent.Del(key)
		}
		back := sent.Get("redirect_uri")
		sent.Set("redirect_uri", back[:strings.LastIndexByte(back, ':')])
		if diff := cmp.Diff(test.want, sent); diff != "" {
			t.Error(diff)
		}
	}
}

// shownBy returns the parameters of the address that a browser is sent to.
func shownBy(t *testing.T, a *Account) url.Values {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var shown string
	if _, err := a.SignInByBrowser(ctx, func(address, _ string) {
		shown = address
		cancel()
	}, nil); err == nil {
		t.Error("signed in")
	}
	parsed, err := url.Parse(shown)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Query()
}

func TestClientStyles(t *testing.T) {
	t.Parallel()
	type seen struct{ Client, Secret, FormClient, FormSecret string }
	inForm, inHeader := seen{"", "", "client", canary}, seen{"client", url.QueryEscape(canary), "", ""}
	tests := []struct {
		name     string
		rules    oauthtest.Rules
		provider string
		want     []seen
	}{
		{"no secret", oauthtest.Rules{}, "", []seen{{"", "", "client", ""}}},
		{"header", oauthtest.Rules{Secret: canary, InHeader: true}, "", []seen{inHeader}},
		{"form", oauthtest.Rules{Secret: canary}, "", []seen{inHeader, inForm}},
		{"preset", oauthtest.Rules{Secret: canary}, "google", []seen{inForm}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := oauthtest.Start(t, test.rules)
			a := newAccount(t, server)
			a.ClientSecret, a.Provider = secret.New(test.rules.Secret), test.provider
			if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
				t.Fatal(err)
			}
			var got []seen
			for _, r := range server.Requests("/token") {
				got = append(got, seen{r.Client, r.Secret, r.Form.Get("client_id"), r.Form.Get("client_secret")})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
