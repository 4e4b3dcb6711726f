package oauth

import (
	"fmt"
	"net/http"
	"slices"
)

// An Error says why there is no access token. One that is neither Refused nor
// Temporary is of the network or of a file where it wraps such an error, and
// else says that the provider's answer makes no sense. No Error shows a secret.
type Error struct {
	text               string
	way                string
	err                error
	refused, temporary bool
}

// Error implements error.
func (e *Error) Error() string { return e.text }

// Unwrap returns the cause, if it isn't the provider's word.
func (e *Error) Unwrap() error { return e.err }

// Hint returns the way out for a person, or nothing.
func (e *Error) Hint() string { return e.way }

// Refused reports whether it's for a person to act: the account isn't signed
// in, or the provider said no.
func (e *Error) Refused() bool { return e.refused }

// Temporary reports whether a later run may well succeed.
func (e *Error) Temporary() bool { return e.temporary }

// Error codes of RFC 6749 (sections 4.1.2.1 and 5.2) and RFC 8628 (section
// 3.5). Any other is taken for an end of the sign-in, such as invalid_grant.
var (
	ofClient = []string{
		"invalid_client", "unauthorized_client", "invalid_scope", "invalid_request",
		"unsupported_grant_type", "unsupported_response_type",
	}
	passing = []string{"temporarily_unavailable", "server_error", "slow_down"}
)

// refusalError says what the provider said. The status is 0 where it said it
// through the browser.
func (r *request) refusalError(status int, code, description string) error {
	e := &Error{text: r.what + ": the provider refused: " + r.quoteWords(code)}
	if description != "" {
		e.text += ": " + r.quoteWords(description)
	}
	if code == "" {
		e.text = fmt.Sprintf("%s: the provider answered with HTTP status %d %s", r.what, status, http.StatusText(status))
	}
	switch {
	case status == http.StatusTooManyRequests, status >= 500, slices.Contains(passing, code):
		e.temporary = true
	case slices.Contains(ofClient, code), status == http.StatusUnauthorized:
		e.refused, e.way = true, "check client_id, client_secret and scopes with what the provider registered"
	case code != "":
		e.refused, e.way = true, r.account.signInAgain()
	}
	return e
}

// signedOut is the error of an account that must sign in, with the reason, if
// there is one to tell.
func (a *Account) signedOut(err error) error {
	return &Error{text: "not signed in", way: "sign in with: " + a.Command, err: err, refused: true}
}

// endedError is the error of a sign-in that is no good any more.
func (a *Account) endedError(why string) error {
	return &Error{text: why, way: a.signInAgain(), refused: true}
}

func (a *Account) signInAgain() string { return "sign in again with: " + a.Command }
