package oauth

import (
	"context"

	"popfetch/config/secret"
)

// A vault is what is needed of the keyring.
type vault struct {
	lookup func(ctx context.Context, item string) (secret.Secret, error)
	store  func(ctx context.Context, item string, text secret.Secret) error
	remove func(ctx context.Context, item string) error
}

// keyring is the system's. Overridden by tests.
var keyring = vault{secret.LookupItem, secret.StoreItem, secret.RemoveItem}

// shortText is a length that every keyring takes: Windows allows 2560 bytes,
// macOS about 3000.
const shortText = 2048

// keepInKeyring keeps a token in the keyring. One that's too long is kept without
// its access token, which the refresh token can buy anew.
func (a *Account) keepInKeyring(ctx context.Context, t token) error {
	text, err := a.encodeToken(t)
	if err != nil {
		return err
	}
	err = keyring.store(ctx, a.Item, secret.New(string(text)))
	if err == nil || len(text) <= shortText || t.access.IsZero() || t.refresh.IsZero() || ctx.Err() != nil {
		return err
	}
	return a.keepInKeyring(ctx, token{refresh: t.refresh})
}
