package oauth

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

// places tells where the account has a token.
func places(a *Account, items map[string]string) (where []string) {
	if items[a.Item] != "" {
		where = append(where, "keyring")
	}
	if a.File.(*memory).text != nil {
		where = append(where, "file")
	}
	return where
}

func TestWhereItIsKept(t *testing.T) {
	const everything = 1 << 20
	server := oauthtest.Start(t, oauthtest.Rules{})
	items := useKeyring(t, everything)
	a := signedIn(t, server)
	if diff := cmp.Diff([]string{"keyring"}, places(a, items)); diff != "" {
		t.Errorf("at first: %s", diff)
	}
	first := aged(t, a)
	if access(t, a, first).Equal(first) || len(places(a, items)) != 1 {
		t.Errorf("after a refresh: %q", places(a, items))
	}

	a.KeepInFile = true
	got, err := a.SignInByBrowser(t.Context(), visit(t), nil)
	if err != nil || !got.InFile || got.Why != nil {
		t.Errorf("kept %+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"file"}, places(a, items)); diff != "" {
		t.Errorf("forced: %s", diff)
	}
	access(t, a, aged(t, a))
	if diff := cmp.Diff([]string{"file"}, places(a, items)); diff != "" {
		t.Errorf("after a refresh: %s", diff)
	}

	a.KeepInFile = false
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"keyring"}, places(a, items)); diff != "" {
		t.Errorf("back again: %s", diff)
	}
}

func TestOlderTokenThatStays(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	useKeyring(t, 1<<20)
	a.File.(*memory).err = errors.New("remove /state/work.token: permission denied")
	_, err := a.SignInByBrowser(t.Context(), visit(t), nil)
	check(t, server, err, outcome{Text: "remove the older token: remove /state/work.token: permission denied"})
}

func TestTooLongForTheKeyring(t *testing.T) {
	long := strings.Repeat("a", shortText)
	tests := []struct {
		name, answer string
		where        []string
		hasAccess    bool
	}{
		{"access token", `{"access_token":"` + long + `","refresh_token":"r","expires_in":60}`, []string{"keyring"}, false},
		{"refresh token", `{"access_token":"a","refresh_token":"` + long + `"}`, []string{"file"}, true},
		{"no refresh token", `{"access_token":"` + long + `"}`, []string{"file"}, true},
	}
	for _, test := range tests {
		items := useKeyring(t, shortText)
		server := oauthtest.Start(t, oauthtest.Rules{})
		server.FailNext(http.StatusOK, test.answer)
		a := newAccount(t, server)
		got, err := a.SignInByBrowser(t.Context(), visit(t), nil)
		if err != nil || got.InFile != (test.where[0] == "file") || got.InFile != (got.Why != nil) {
			t.Errorf("%s: kept %+v, %v", test.name, got, err)
		}
		if diff := cmp.Diff(test.where, places(a, items)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if loaded, _, err := a.loadToken(t.Context()); err != nil || loaded.access.IsZero() == test.hasAccess {
			t.Errorf("%s: access token kept: %v, %v", test.name, !loaded.access.IsZero(), err)
		}
	}
}

func TestNotSignedIn(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	const hint = "sign in with: popfetch login work"
	a := newAccount(t, server)
	_, err := a.AccessToken(t.Context(), secret.Secret{})
	check(t, server, err, outcome{"not signed in (keyring: locked)", hint, true, false})
	check(t, server, a.Forget(t.Context()), outcome{"not signed in (keyring: locked)", hint, true, false})

	useKeyring(t, 1<<20)
	_, err = a.AccessToken(t.Context(), secret.Secret{})
	check(t, server, err, outcome{"not signed in", hint, true, false})
	check(t, server, a.Forget(t.Context()), outcome{"not signed in", hint, true, false})
	if err := a.Forget(t.Context()); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestForget(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server) // in the file
	if err := a.Forget(t.Context()); err != nil || a.File.(*memory).text != nil {
		t.Errorf("file: %v", err)
	}
	items := useKeyring(t, 1<<20)
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
		t.Fatal(err)
	}
	if err := a.Forget(t.Context()); err != nil || len(items) != 0 {
		t.Errorf("keyring: %v", err)
	}
}

func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	const where = "/state/work.token"
	tests := []struct{ text, want string }{
		{`{`, "the token in " + where + " can't be read"},
		{`null`, "the token in " + where + " can't be read"},
		{`{"access_token":"` + canary + `"}`, "the token in " + where + " can't be read"},
		{`{"version":2}`, "the token in " + where + " was kept by a newer popfetch"},
		{
			`{"version":1,"client_id":"other","token_url":"` + server.TokenURL() + `","refresh_token":"` + canary + `"}`,
			"not signed in: the token in " + where + " is for another client_id or token_url",
		},
		{
			`{"version":1,"client_id":"client","token_url":"https://example.org/","refresh_token":"` + canary + `"}`,
			"not signed in: the token in " + where + " is for another client_id or token_url",
		},
		{
			`{"version":1,"client_id":"client","token_url":"` + server.TokenURL() + `","server":"pop.example.net","access_token":"` + canary + `"}`,
			"not signed in: the token in " + where + " is for another server",
		},
	}
	for _, test := range tests {
		a := newAccount(t, server)
		a.File = &memory{text: []byte(test.text)}
		_, err := a.AccessToken(t.Context(), secret.Secret{})
		check(t, server, err, outcome{test.want, again, true, false})
	}
}
