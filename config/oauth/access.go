package oauth

import (
	"context"
	"time"

	"golang.org/x/oauth2"

	"popfetch/config/secret"
)

// AccessToken returns the access token that is kept, while it is good for
// another minute and isn't the one that the server has just refused, if any.
// Else it buys a new one with the refresh token, and keeps what came. A refused
// one that was got only minutes ago is returned all the same: whatever the
// server doesn't like about it, another would have too. The error is an
// *Error, or the context's own.
func (a *Account) AccessToken(ctx context.Context, refused secret.Secret) (secret.Secret, error) {
	kept, _, err := a.loadToken(ctx)
	if err != nil || kept.isGood(refused) {
		return kept.access, err
	}
	release, err := a.acquireLock(ctx)
	if err != nil {
		return secret.Secret{}, err
	}
	defer release()
	// Another run may have refreshed it while we waited.
	kept, inFile, err := a.loadToken(ctx)
	if err != nil || kept.isGood(refused) {
		return kept.access, err
	}
	fresh, err := a.refreshToken(ctx, kept, inFile)
	if err != nil && (fresh.refresh.IsZero() || fresh.refresh.Equal(kept.refresh)) {
		return secret.Secret{}, err
	}
	if err := a.keepFresh(ctx, kept, fresh, inFile); err != nil {
		return secret.Secret{}, err
	}
	return fresh.access, err
}

// grace is how long a refresh may go on after its context has ended.
const grace = 3 * time.Second

// refreshToken buys a token (RFC 6749, section 6), once it's sure that there is
// room for it. An answer without a refresh token means that the old one stays:
// package oauth2 fills it in. With an error, there may be a refresh token to
// go on with.
func (a *Account) refreshToken(ctx context.Context, kept token, inFile bool) (token, error) {
	if kept.refresh.IsZero() {
		return token{}, a.endedError("the access token has expired, and the provider gave no refresh token")
	}
	if err := a.proveWritable(ctx, kept, inFile); err != nil {
		return token{}, err
	}
	lasting, cancel := outliveContext(ctx, grace)
	defer cancel()
	r := a.newRequest("refresh the access token", kept.refresh.Reveal(), kept.access.Reveal())
	fresh, err := r.requestToken(lasting, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		return config.TokenSource(ctx, &oauth2.Token{RefreshToken: kept.refresh.Reveal()}).Token()
	})
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return fresh, err
}

// outliveContext returns a context that ends a while after another one. A request
// that is under way may have used up the refresh token, so that its answer is
// worth a moment.
func outliveContext(ctx context.Context, while time.Duration) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(while, cancel) })
	return lasting, func() { stop(); cancel() }
}
