package oauth

import (
	"errors"
	"testing"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
	"popfetch/config/secret/secrettest"
)

// TestSecretService keeps a sign-in in a real Secret Service.
func TestSecretService(t *testing.T) {
	if secrettest.InSession(t) {
		useSecretService(t)
	}
}

// useSecretService signs in, refreshes, and forgets.
func useSecretService(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{Rotate: true})
	a := newAccount(t, server)
	if _, err := a.AccessToken(t.Context(), secret.Secret{}); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("before: %v", err)
	}
	got, err := a.SignInByBrowser(t.Context(), visit(t), nil)
	if err != nil || got.InFile || got.Why != nil {
		t.Fatalf("kept %+v, %v", got, err)
	}
	var last secret.Secret
	for range 3 {
		access, err := a.AccessToken(t.Context(), last)
		if err != nil || access.Equal(last) {
			t.Fatalf("after a refusal: %v", err)
		}
		last = aged(t, a)
	}
	if err := a.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	if err := a.Forget(t.Context()); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("forgotten twice: %v", err)
	}
}

func TestNoSessionBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	before := keyring
	t.Cleanup(func() { keyring = before })
	keyring = vault{secret.LookupItem, secret.StoreItem, secret.RemoveItem}
	a := signedIn(t, oauthtest.Start(t, oauthtest.Rules{}))
	if kept(t, a).refresh.IsZero() {
		t.Error("no refresh token in the file")
	}
	if err := a.Forget(t.Context()); err != nil {
		t.Error(err)
	}
}
