package oauth

import (
	"context"
	"time"

	"golang.org/x/oauth2"

	"popfetch/config/secret"
)

// AccessToken returns the access token that is kept, while it is good for
// another minute and isn't the one that the server has just refused, if any.
// Else it buys a new one with the refresh token, and keeps what came. The
// error is an *Error, or the context's own.
func (a *Account) AccessToken(ctx context.Context, refused secret.Secret) (secret.Secret, error) {
	kept, _, err := a.load(ctx)
	if err != nil || kept.isGood(refused) {
		return kept.access, err
	}
	release, err := a.acquire(ctx)
	if err != nil {
		return secret.Secret{}, err
	}
	defer release()
	// Another run may have refreshed it while we waited.
	kept, inFile, err := a.load(ctx)
	if err != nil || kept.isGood(refused) {
		return kept.access, err
	}
	fresh, err := a.refresh(ctx, kept)
	if err != nil {
		return secret.Secret{}, err
	}
	if err := a.keepFresh(ctx, kept, fresh, inFile); err != nil {
		return secret.Secret{}, err
	}
	return fresh.access, nil
}

// grace is how long a refresh may go on after its context has ended.
const grace = 3 * time.Second

// refresh buys a token (RFC 6749, section 6). An answer without a refresh
// token means that the old one stays: package oauth2 fills it in.
func (a *Account) refresh(ctx context.Context, kept token) (token, error) {
	if kept.refresh.IsZero() {
		return token{}, a.ended("the access token has expired, and the provider gave no refresh token")
	}
	lasting, cancel := outlive(ctx, grace)
	defer cancel()
	r := a.request("refresh the access token", kept.refresh.Reveal(), kept.access.Reveal())
	fresh, err := r.token(lasting, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		return config.TokenSource(ctx, &oauth2.Token{RefreshToken: kept.refresh.Reveal()}).Token()
	})
	if err != nil && ctx.Err() != nil {
		return token{}, ctx.Err()
	}
	return fresh, err
}

// outlive returns a context that ends a while after another one. A request
// that is under way may have used up the refresh token, so that its answer is
// worth a moment.
func outlive(ctx context.Context, while time.Duration) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(while, cancel) })
	return lasting, func() { stop(); cancel() }
}

// keepFresh puts a token where its predecessor was. A run that ends meanwhile
// keeps it all the same. Where it can't be kept and the old refresh token still
// stands, the next run does the same again, so that nobody needs to know.
func (a *Account) keepFresh(ctx context.Context, old, fresh token, inFile bool) error {
	var err error
	if inFile {
		err = a.toFile(fresh)
	} else {
		err = a.toKeyring(context.WithoutCancel(ctx), fresh)
	}
	if err == nil || fresh.refresh.Equal(old.refresh) {
		return nil
	}
	where := "the keyring"
	if inFile {
		where = a.File.Path()
	}
	return &Error{
		text: "the new refresh token can't be kept in " + where + ", and the old one is used up: " + err.Error(),
		way:  a.signInAgain(), err: err,
	}
}
