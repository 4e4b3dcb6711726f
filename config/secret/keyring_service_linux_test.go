package secret

import (
	"errors"
	"testing"

	"popfetch/config/secret/secrettest"
)

// TestSecretService keeps a password in a real Secret Service.
func TestSecretService(t *testing.T) {
	if secrettest.InSession(t) {
		useSecretService(t)
	}
}

// useSecretService stores, replaces, reads and removes a password.
func useSecretService(t *testing.T) {
	ctx := t.Context()
	source := Source{Account: "work"}
	if _, err := LookupItem(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("before: %v", err)
	}
	for _, text := range []string{"old", canary} {
		if err := StoreItem(ctx, "work", New(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := source.ReadPassword(ctx, nil); err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if err := RemoveItem(ctx, "work"); err != nil {
		t.Error(err)
	}
	if err := RemoveItem(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}
