package oauth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// fuzzed is an account whose provider nobody asks.
func fuzzed() *Account {
	return &Account{
		Settings: Settings{TokenURL: "https://provider.example/token", ClientID: "client"},
		File:     &memory{}, Command: "popfetch login work",
	}
}

// FuzzKept reads any text as a token that is kept: either it is one, and is
// written as it was read, or the error shows nothing of it.
func FuzzKept(f *testing.F) {
	const mine = `"client_id":"client","token_url":"https://provider.example/token"`
	for _, text := range []string{
		`{"version":1,` + mine + `,"access_token":"canary-a","refresh_token":"canary-r","expires":"2026-11-23T12:00:00Z"}`,
		`{"version":1,` + mine + `}`, `{"version":2,"new":true}`, `{"version":1,"client_id":"canary"}`,
		`{"version":"canary"}`, `{"version":1e0,` + mine + `}`, `{"version":1,` + mine + `,"expires":"canary"}`,
		`{"version":1,` + mine + `,"expires":"9999-12-31T23:59:59-23:59"}`, `{"VERSION":1,` + mine + `}`, `null`, `[]`, ``,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a := fuzzed()
		got, err := a.decodeToken(text, "the keyring")
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || !e.Refused() || !strings.Contains(known, err.Error()) || !isNone(got) {
				t.Errorf("%q gives %v", text, err)
			}
			return
		}
		written, err := a.encodeToken(got)
		if err != nil {
			return // a year that JSON can't have
		}
		again, err := a.decodeToken(written, "the keyring")
		if err != nil || !again.access.Equal(got.access) || !again.refresh.Equal(got.refresh) ||
			!again.expires.Equal(got.expires.Truncate(time.Second)) {
			t.Errorf("%q was written as %q: %v", text, written, err)
		}
	})
}

// known are the errors of decodeToken.
const known = `the token in the keyring can't be read
the token in the keyring was kept by a newer popfetch
not signed in: the token in the keyring is for another client_id or token_url
not signed in: the token in the keyring is for another server`

// An answering is a network with one answer.
type answering struct {
	status int
	kind   string
	body   []byte
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	body := io.NopCloser(strings.NewReader(string(a.body)))
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.kind}}, Body: body, Request: r,
	}, nil
}

// FuzzAnswer has a provider answer anything when it is asked for a token. What
// comes of it is a token that can be sent, or an error that can be shown, with
// the next refresh token at most.
func FuzzAnswer(f *testing.F) {
	const canary = "refresh+canary"
	for _, body := range []string{
		`{"access_token":"good","token_type":"Bearer","expires_in":3600,"refresh_token":"next"}`,
		`{"access_token":"a","expires_in":"3600"}`, `{"access_token":"a","expires_in":-1e300}`, `{"access_token":"a b"}`,
		`{"access_token":"","token_type":"mac"}`, `{"refresh_token":"next"}`, `{"refresh_token":"ne\u0001xt","expires_in":1e-9}`, `{"error":"invalid_grant","error_description":"refresh+canary\u001b[2J"}`,
		`{"error":"refresh%2Bcanary"}`, `{"error":7}`, `null`, `<html>`, `access_token=a`, "",
	} {
		f.Add(uint16(200), "application/json", []byte(body))
		f.Add(uint16(400), "text/plain; charset=\xff", []byte(body))
	}
	f.Add(uint16(307), "", []byte("refresh+canary"))
	f.Add(uint16(503), "", []byte("{}"))
	f.Fuzz(func(t *testing.T, status uint16, kind string, body []byte) {
		a := fuzzed()
		r := a.newRequest("refresh", canary)
		network := answering{100 + int(status)%900, kind, body}
		got, err := r.requestToken(t.Context(), func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
			client, _ := ctx.Value(oauth2.HTTPClient).(*http.Client)
			client.Transport.(*bounded).base = network
			return config.TokenSource(ctx, &oauth2.Token{RefreshToken: canary}).Token()
		})
		if err == nil {
			if text := got.access.Reveal(); text == "" || strings.ContainsFunc(text, isUnfit) || got.refresh.IsZero() {
				t.Errorf("%q gives %q", body, text)
			}
			return
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Refused() && e.Temporary() || !got.access.IsZero() || strings.ContainsFunc(got.refresh.Reveal(), isUnfit) {
			t.Fatalf("%d, %q gives %v", network.status, body, err)
		}
		text := e.Error()
		if strings.Contains(text, canary) || strings.Contains(text, "refresh%2Bcanary") || len(text) > 4*maxWords*4 ||
			strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("not fit to be shown: %q", text)
		}
	})
}

func isNone(t token) bool { return t.access.IsZero() && t.refresh.IsZero() && t.expires.IsZero() }
