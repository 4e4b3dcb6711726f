package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"popfetch/config/secret"
)

// A request is one thing that is wanted of the provider.
type request struct {
	account *Account
	what    string   // as errors call it
	secrets []string // known by now, and shown by no error
}

// newRequest begins one.
func (a *Account) newRequest(what string, secrets ...string) *request {
	return &request{a, what, secrets}
}

// A grant is what package oauth2 offers to get a token.
type grant func(context.Context, *oauth2.Config) (*oauth2.Token, error)

// requestToken gets one. Package oauth2 would find the style of the client by itself,
// but would ask twice after any refusal: also for "not yet", and with a
// refresh token that the first time may have used up. An answer that is of no
// use otherwise may hold the next refresh token, which then comes with the
// error.
func (r *request) requestToken(ctx context.Context, get grant) (token, error) {
	var got *oauth2.Token
	var heard *bounded
	var err error
	for _, style := range r.account.authStyles() {
		config := r.account.oauthConfig()
		config.Endpoint.AuthStyle = style
		var asking context.Context
		asking, heard = r.account.withClient(ctx)
		if got, err = get(asking, config); !isAboutClient(err) {
			break
		}
	}
	switch {
	case err != nil:
		err = r.convertError(ctx, err)
	case !strings.EqualFold(got.Type(), "Bearer"):
		err = r.wrongAnswer("the token isn't a bearer token")
	case strings.ContainsFunc(got.AccessToken, isUnfit):
		err = r.wrongAnswer("the access token holds more than visible ASCII")
	case isTooLong(got.AccessToken), isTooLong(got.RefreshToken):
		err = r.wrongAnswer("the token is too long")
	default:
		return token{secret.New(got.AccessToken), secret.New(got.RefreshToken), got.Expiry, time.Now()}, nil
	}
	if strings.ContainsFunc(heard.refresh, isUnfit) || isTooLong(heard.refresh) {
		return token{}, err
	}
	return token{refresh: secret.New(heard.refresh)}, err
}

// isAboutClient reports whether the provider didn't see who the client is.
// Some call it an invalid request when that isn't where they look.
func isAboutClient(err error) bool {
	said, ok := errors.AsType[*oauth2.RetrieveError](err)
	return ok && (said.Response.StatusCode == http.StatusUnauthorized ||
		slices.Contains([]string{"invalid_client", "invalid_request", "unauthorized_client"}, said.ErrorCode))
}

// isUnfit reports whether no access token holds the rune (RFC 6750, section
// 2.1, and what providers do beyond it).
func isUnfit(r rune) bool { return r < 0x21 || r > 0x7e }

// convertError turns an error of package oauth2 into one of ours. Its own would
// show the provider's answer.
func (r *request) convertError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if ofProxy, ok := errors.AsType[*Error](err); ok {
		return ofProxy
	}
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return r.refusalError(said.Response.StatusCode, said.ErrorCode, said.ErrorDescription)
	}
	network, ok := errors.AsType[*url.Error](err)
	switch {
	case errors.Is(err, errNotJSON):
		return r.wrongAnswer(errNotJSON.Error())
	case ok:
		return r.unansweredError(network)
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{text: r.what + ": out of time", err: err}
	default:
		return r.wrongAnswer("the answer isn't one of OAuth 2.0")
	}
}

// wrongAnswer is the error for an answer that makes no sense.
func (r *request) wrongAnswer(why string) error { return &Error{text: r.what + ": " + why} }

// withoutQuery is an address without what may be secret in it.
func withoutQuery(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "the provider"
	}
	return (&url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: parsed.Path}).String()
}
