package secret

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

func TestKeyringRoundTrip(t *testing.T) {
	useVault(t, memory{items: map[string]string{}})
	ctx := t.Context()
	if err := Store(ctx, "work", New("old")); err != nil {
		t.Fatal(err)
	}
	if err := Store(ctx, "work", New(canary)); err != nil {
		t.Fatal(err)
	}
	got, err := Lookup(ctx, "work")
	if err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if _, err := Lookup(ctx, "home"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another account's item: %v", err)
	}
	if err := Remove(ctx, "work"); err != nil {
		t.Error(err)
	}
	if err := Remove(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestKeyringErrors(t *testing.T) {
	const other = "use password_command or password_file"
	tests := []struct {
		err        error
		want, hint string
	}{
		{fmt.Errorf("search: %w", keyring.ErrNotFound), "not in the keyring", ""},
		{keyring.ErrUnsupportedPlatform, "keyring: this build has none", other},
		{keyring.ErrSetDataTooBig, "keyring: the text is too long for it", other},
		{
			errors.New("The name org.freedesktop.secrets was not provided by any .service files"),
			"keyring: The name org.freedesktop.secrets was not provided by any .service files",
			other + ", or run it in a desktop session",
		},
	}
	for _, test := range tests {
		useVault(t, memory{err: test.err})
		_, lookup := Lookup(t.Context(), "work")
		store := Store(t.Context(), "work", New(canary))
		remove := Remove(t.Context(), "work")
		for _, err := range []error{lookup, store, remove} {
			if err == nil {
				t.Fatalf("no error instead of %s", test.want)
			}
			if diff := cmp.Diff([]string{test.want, test.hint}, []string{err.Error(), hintOf(err)}); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// hangup panics as the library does when the bus goes away.
type hangup struct{ memory }

func (hangup) Get(string, string) (string, error) { panic("nil signal") }

func TestKeyringThatPanics(t *testing.T) {
	useVault(t, hangup{})
	_, err := Lookup(t.Context(), "work")
	if err == nil || err.Error() != "keyring: it hung up" {
		t.Errorf("got %v", err)
	}
}

func TestKeyringThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		useVault(t, memory{hang: hang})
		_, err := Lookup(t.Context(), "work")
		if err == nil || err.Error() != "keyring: no answer within 1m0s" || hintOf(err) == "" {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Store(ctx, "work", New(canary)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(hang)
	})
}
