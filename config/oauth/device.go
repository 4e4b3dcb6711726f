package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// A Device is what a person needs to sign in on another machine. Its texts
// are safe to print.
type Device struct {
	URL      string // where the code is typed
	Code     string
	Complete string // the same with the code in it, or empty
	Expires  time.Time
}

const (
	// signInTime is how long a person may take.
	signInTime = 15 * time.Minute

	// pause and maxPause are between two questions whether the person is done
	// (RFC 8628, section 3.2), in seconds.
	pause, maxPause = 5, 60

	// pollFaults is how many faults of the network are overlooked meanwhile.
	pollFaults = 3

	// maxShown bounds a text of the provider that is shown.
	maxShown = 2048
)

// SignInByDevice signs in by a code that show gives to a person (RFC 8628).
// The error is an *Error, or the context's own.
func (a *Account) SignInByDevice(ctx context.Context, show func(Device)) (Kept, error) {
	if err := a.prepareSignIn(ctx); err != nil {
		return Kept{}, err
	}
	answer, err := a.askDevice(ctx)
	if err != nil {
		return Kept{}, err
	}
	show(Device{answer.VerificationURI, answer.UserCode, answer.VerificationURIComplete, answer.Expiry})
	got, err := a.pollToken(ctx, answer)
	if err != nil {
		return Kept{}, err
	}
	return a.keepNew(ctx, got)
}

// askDevice asks for a code (RFC 8628, section 3.1), and makes the answer fit
// to be shown and waited for.
func (a *Account) askDevice(ctx context.Context) (*oauth2.DeviceAuthResponse, error) {
	r := a.newRequest("ask for a device code")
	var options []oauth2.AuthCodeOption
	if !a.ClientSecret.IsZero() {
		options = append(options, oauth2.SetAuthURLParam("client_secret", a.ClientSecret.Reveal()))
	}
	asking, _ := a.withClient(ctx)
	answer, err := a.oauthConfig().DeviceAuth(asking, options...)
	switch {
	case err != nil:
		return nil, r.convertError(ctx, err)
	case answer.DeviceCode == "" || answer.UserCode == "" || !isPrintable(answer.UserCode):
		return nil, r.wrongAnswer("the answer has no code to show")
	case !isAddress(answer.VerificationURI):
		return nil, r.wrongAnswer("the answer has no address to show")
	case answer.VerificationURIComplete != "" && !isAddress(answer.VerificationURIComplete):
		answer.VerificationURIComplete = "" // It only spares typing.
	}
	latest := time.Now().Add(signInTime)
	if answer.Expiry.IsZero() || answer.Expiry.After(latest) {
		answer.Expiry = latest
	}
	if answer.Interval <= 0 {
		answer.Interval = pause
	}
	answer.Interval = min(answer.Interval, maxPause)
	return answer, nil
}

// pollToken asks until the person is done or the code expires. A network that
// fails for a moment is asked again, less often (RFC 8628, section 3.5).
func (a *Account) pollToken(ctx context.Context, answer *oauth2.DeviceAuthResponse) (token, error) {
	r := a.newRequest("sign in by device code", answer.DeviceCode)
	for fault := 0; ; fault++ {
		got, err := r.requestToken(ctx, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
			return config.DeviceAccessToken(ctx, answer)
		})
		switch {
		case err == nil || ctx.Err() != nil:
			return got, err
		case !time.Now().Before(answer.Expiry) && !isFinal(err):
			return token{}, a.endedError("sign in by device code: the code expired before anybody used it")
		case isFinal(err) || fault == pollFaults:
			return token{}, err
		}
		answer.Interval = min(2*answer.Interval, maxPause)
	}
}

// isFinal reports whether to ask again is of no use.
func isFinal(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && !e.Temporary() && e.Unwrap() == nil
}

// isAddress reports whether a browser can be sent to an address of the
// provider.
func isAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "https" || address.Scheme == "http") && address.Host != "" &&
		isPrintable(text) && !strings.ContainsFunc(text, isUnfit)
}

// isPrintable reports whether a text does nothing to a terminal but stand
// there.
func isPrintable(text string) bool {
	return len(text) <= maxShown && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
