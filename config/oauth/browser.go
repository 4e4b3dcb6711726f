package oauth

import (
	"context"

	"golang.org/x/oauth2"
)

// SignInByBrowser signs in through a browser that show sends to an address,
// and that comes back to a port of this machine (RFC 8252, section 7.3). For
// a browser on another machine, where nobody answers at that port, paste asks
// a person for the address that it ended at; it may be nil. It's asked again
// after something else was pasted, and no more after an error. It must return
// soon after its context has ended. The error is an *Error, or the context's
// own.
func (a *Account) SignInByBrowser(
	ctx context.Context, show func(address string), paste func(context.Context) (string, error),
) (kept Kept, err error) {
	back, err := listen(providers[a.Provider].host)
	if err != nil {
		return Kept{}, ofFile("wait for the browser", err)
	}
	defer func() { back.close(err == nil) }()
	verifier := oauth2.GenerateVerifier()
	config := a.config()
	config.RedirectURL = back.address
	show(config.AuthCodeURL(back.state, a.browserOptions(verifier)...))
	got, err := a.await(ctx, back, verifier, paste)
	if err != nil {
		return Kept{}, err
	}
	return a.keep(ctx, got)
}

// browserOptions are the parameters beyond those of RFC 6749.
func (a *Account) browserOptions(verifier string) []oauth2.AuthCodeOption {
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if a.Login != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", a.Login))
	}
	return append(options, providers[a.Provider].options...)
}

// await waits for the browser and changes the code that it brings for a token.
func (a *Account) await(
	ctx context.Context, back *loopback, verifier string, paste func(context.Context) (string, error),
) (token, error) {
	const what = "sign in by browser"
	brought, err := back.wait(ctx, paste)
	switch {
	case ctx.Err() != nil:
		return token{}, ctx.Err()
	case err != nil:
		return token{}, a.ended(what + ": nobody signed in within " + signInTime.String())
	}
	code := brought.Get("code")
	r := a.request(what, code, verifier, back.state)
	if refusal := brought.Get("error"); refusal != "" {
		return token{}, r.refusal(0, refusal, brought.Get("error_description"))
	}
	return r.token(ctx, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		config.RedirectURL = back.address
		return config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
}
