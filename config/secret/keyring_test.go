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
	if err := StoreItem(ctx, "work", New("old")); err != nil {
		t.Fatal(err)
	}
	if err := StoreItem(ctx, "work", New(canary)); err != nil {
		t.Fatal(err)
	}
	got, err := LookupItem(ctx, "work")
	if err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if _, err := LookupItem(ctx, "home"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another account's item: %v", err)
	}
	if err := RemoveItem(ctx, "work"); err != nil {
		t.Error(err)
	}
	if err := RemoveItem(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

// TestKeptForOneLogin has an account whose server or user was changed, by its
// owner or by somebody who wants the password.
func TestKeptForOneLogin(t *testing.T) {
	items := map[string]string{}
	useVault(t, memory{items: items})
	mine := Source{Account: "work", Login: "me@pop.example.org"}
	items["popfetch/work"] = "by another program" // nobody knows for whom
	if got, err := mine.ReadPassword(t.Context(), nil); err != nil || got.Reveal() != "by another program" {
		t.Fatalf("got %q, %v", got.Reveal(), err)
	}
	if err := mine.KeepPassword(t.Context(), New(canary)); err != nil {
		t.Fatal(err)
	}
	if items["popfetch/work"] != canary {
		t.Error("the item holds more than the password")
	}
	asks := func(context.Context, string) (Secret, error) {
		t.Error("a person was asked for the password")
		return Secret{}, ErrNoAnswer
	}
	for login, isTheirs := range map[string]bool{
		"me@pop.example.org": true, "me@POP.example.org": true,
		"me@evil.example": false, "you@pop.example.org": false, "Me@pop.example.org": false,
		"me@pop.example.or": false, "me@pop.example.org@evil.example": false,
	} {
		got, err := Source{Account: "work", Login: login}.ReadPassword(t.Context(), asks)
		other, isOther := errors.AsType[*OtherLoginError](err)
		if isTheirs != (got.Reveal() == canary) || isTheirs == isOther || isOther && (other.Kept != mine.Login || other.Login != login) {
			t.Errorf("%s: got %q, %v", login, got.Reveal(), err)
		}
	}
	_, err := Source{Account: "work", Login: "me@evil.example"}.KeptPassword(t.Context())
	if got, want := hintOf(err), "if that is right, keep the password again: popfetch password set work"; got != want {
		t.Errorf("hint %q, want %q", got, want)
	}
	moved := Source{Account: "work", Login: "me@pop.example.net"}
	if err := moved.KeepPassword(t.Context(), New("new")); err != nil {
		t.Fatal(err)
	}
	if got, err := moved.KeptPassword(t.Context()); err != nil || got.Reveal() != "new" {
		t.Errorf("set again: got %q, %v", got.Reveal(), err)
	}
	if err := moved.ForgetPassword(t.Context()); err != nil || len(items) > 0 {
		t.Errorf("forgotten: %v, left %v", err, items)
	}
	if err := moved.ForgetPassword(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("forgotten twice: %v", err)
	}
}

// dying is a keyring that the run doesn't see the end of after so many changes.
type dying struct {
	memory
	left *int
}

func (d dying) Set(service, item, text string) error {
	if *d.left--; *d.left < 0 {
		return errors.New("killed")
	}
	return d.memory.Set(service, item, text)
}

// TestKeepDies leaves no password that goes where it wasn't meant to.
func TestKeepDies(t *testing.T) {
	for left := range 2 {
		items := map[string]string{}
		useVault(t, memory{items: items})
		if err := (Source{Account: "work", Login: "me@old.example"}).KeepPassword(t.Context(), New("old")); err != nil {
			t.Fatal(err)
		}
		useVault(t, dying{memory{items: items}, &left})
		moved := Source{Account: "work", Login: "me@new.example"}
		if err := moved.KeepPassword(t.Context(), New("new")); err == nil {
			t.Fatal("it lived")
		}
		if got, err := moved.KeptPassword(t.Context()); err == nil {
			t.Errorf("me@new.example gets %q", got.Reveal())
		}
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
		_, lookup := LookupItem(t.Context(), "work")
		store := StoreItem(t.Context(), "work", New(canary))
		remove := RemoveItem(t.Context(), "work")
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
	_, err := LookupItem(t.Context(), "work")
	if err == nil || err.Error() != "keyring: it hung up" {
		t.Errorf("got %v", err)
	}
}

func TestKeyringThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		useVault(t, memory{hang: hang})
		_, err := LookupItem(t.Context(), "work")
		if err == nil || err.Error() != "keyring: no answer within 1m0s" || hintOf(err) == "" {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := StoreItem(ctx, "work", New(canary)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(hang)
	})
}
