package oauth

import (
	"encoding/json"
	"strings"
	"time"

	"popfetch/config/secret"
)

// A token is what the provider gives: an access token, mostly with a refresh
// token.
type token struct {
	access  secret.Secret
	refresh secret.Secret
	expires time.Time // zero: unknown
	issued  time.Time // when it was got; zero: unknown
}

// margin is how long an access token must last to be worth showing to a
// server.
const margin = time.Minute

// freshTime is how long an access token is fresh. To renew a fresh one that a
// server refuses would wear out refresh tokens in every run.
const freshTime = 5 * time.Minute

// isGood reports whether the access token may be used, when the server has
// just refused the other.
func (t token) isGood(refused secret.Secret) bool {
	switch {
	case t.access.IsZero():
		return false
	case t.access.Equal(refused):
		return t.isFresh()
	default:
		return t.isLasting(margin)
	}
}

// isFresh reports whether the access token was got just now, and still lasts.
// A clock that was set back makes none fresh for ever.
func (t token) isFresh() bool {
	age := time.Since(t.issued)
	return age >= 0 && age < freshTime && t.isLasting(0)
}

// isLasting reports whether the access token is good for longer than that.
func (t token) isLasting(while time.Duration) bool {
	return t.expires.IsZero() || time.Until(t.expires) > while
}

// maxToken is how long a token may be as it's kept, in bytes. Two of them and
// their names must fit into what is read of a file, 64 KiB.
const maxToken = 16 << 10

// isTooLong reports whether a token can't be kept. As JSON it may be several
// times as long.
func isTooLong(text string) bool {
	quoted, err := json.Marshal(text)
	return err != nil || len(quoted)-len(`""`) > maxToken
}

// recordVersion is that of the kept text. A newer one isn't understood.
const recordVersion = 1

// A record is the text that is kept of a token. It names who the token is of
// no use without, and whom it is shown to. Older ones don't name the latter.
type record struct {
	Version  int       `json:"version"`
	ClientID string    `json:"client_id"`
	TokenURL string    `json:"token_url"`
	Server   string    `json:"server,omitempty"`
	Access   string    `json:"access_token,omitempty"`
	Refresh  string    `json:"refresh_token,omitempty"`
	Expires  time.Time `json:"expires,omitzero"`
	Issued   time.Time `json:"issued,omitzero"`
}

// encodeToken writes a token as text.
func (a *Account) encodeToken(t token) ([]byte, error) {
	return json.Marshal(record{
		Version: recordVersion, ClientID: a.ClientID, TokenURL: a.oauthConfig().Endpoint.TokenURL, Server: a.Server,
		Access: t.access.Reveal(), Refresh: t.refresh.Reveal(),
		Expires: t.expires.UTC().Truncate(time.Second), Issued: t.issued.UTC().Truncate(time.Second),
	})
}

// decodeToken reads it. No error of it shows any part of the text.
func (a *Account) decodeToken(text []byte, where string) (token, error) {
	var kept record
	err := json.Unmarshal(text, &kept)
	switch {
	case err != nil || kept.Version < 1:
		return token{}, a.endedError("the token in " + where + " can't be read")
	case kept.Version > recordVersion:
		return token{}, a.endedError("the token in " + where + " was kept by a newer popfetch")
	case kept.ClientID != a.ClientID, kept.TokenURL != a.oauthConfig().Endpoint.TokenURL:
		return token{}, a.endedError("not signed in: the token in " + where + " is for another client_id or token_url")
	case kept.Server != "" && !strings.EqualFold(kept.Server, a.Server):
		return token{}, a.endedError("not signed in: the token in " + where + " is for another server")
	}
	return token{secret.New(kept.Access), secret.New(kept.Refresh), kept.Expires, kept.Issued}, nil
}
