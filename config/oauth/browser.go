package oauth

import (
	"context"
	"errors"

	"golang.org/x/oauth2"
)

// SignInByBrowser signs in through a browser that comes back to a port of this
// machine (RFC 8252, section 7.3). Show has two addresses for it: that of the
// provider for a person to open, and an opener to start a browser with, which
// leads there. The opener is good for one browser, and once it was used, only
// that one may come back.
//
// For a browser on another machine, where nobody answers at that port, paste
// asks a person for the address that it ended at; it may be nil. It's asked
// again, if not for ever, after something else was pasted and after an error,
// but not after one that wraps secret.ErrNoTerminal. It must return soon after
// its context has ended. The error is an *Error, or the context's own.
func (a *Account) SignInByBrowser(
	ctx context.Context, show func(address, opener string), paste func(context.Context) (string, error),
) (kept Kept, err error) {
	if err := a.prepareSignIn(ctx); err != nil {
		return Kept{}, err
	}
	back, err := newLoopback(providers[a.Provider].host)
	if err != nil {
		return Kept{}, ofFile("wait for the browser", err)
	}
	defer func() { back.close(err == nil) }()
	verifier := oauth2.GenerateVerifier()
	config := a.oauthConfig()
	config.RedirectURL = back.address
	address := config.AuthCodeURL(back.state, a.browserOptions(verifier)...)
	show(address, back.startServing(address))
	got, err := a.awaitBrowser(ctx, back, verifier, paste)
	if back.opener.isShared() {
		// Also where a code has come: it may be of who came first.
		err = a.endedError("sign in by browser: " + errShared.Error())
	}
	if err != nil {
		return Kept{}, err
	}
	return a.keepNew(ctx, got)
}

// browserOptions are the parameters beyond those of RFC 6749.
func (a *Account) browserOptions(verifier string) []oauth2.AuthCodeOption {
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if a.Login != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", a.Login))
	}
	return append(options, providers[a.Provider].options...)
}

// awaitBrowser waits for the browser and changes the code that it brings for a token.
func (a *Account) awaitBrowser(
	ctx context.Context, back *loopback, verifier string, paste func(context.Context) (string, error),
) (token, error) {
	const what = "sign in by browser"
	brought, err := back.awaitReturn(ctx, paste)
	switch {
	case ctx.Err() != nil:
		return token{}, ctx.Err()
	case errors.Is(err, errShared):
		return token{}, err
	case err != nil:
		return token{}, a.endedError(what + ": nobody signed in within " + signInTime.String())
	}
	code := brought.Get("code")
	r := a.newRequest(what, code, verifier, back.state)
	if refusal := brought.Get("error"); refusal != "" {
		return token{}, r.refusalError(0, refusal, brought.Get("error_description"))
	}
	return r.requestToken(ctx, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		config.RedirectURL = back.address
		return config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
}
