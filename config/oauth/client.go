package oauth

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"golang.org/x/oauth2"
)

const (
	// requestTime bounds a request from dialling to the last byte.
	requestTime = 30 * time.Second

	// maxAnswer and maxHeader bound what is read of an answer.
	maxAnswer = 1 << 20
	maxHeader = 64 << 10
)

// errNotJSON says that an answer can't come from a provider.
var errNotJSON = errors.New("the answer isn't a JSON object")

// withClient gives package oauth2 the client for its requests, and returns what
// reads their answers.
func (s *Settings) withClient(ctx context.Context) (context.Context, *bounded) {
	b := &bounded{ctx: ctx, base: &http.Transport{
		Proxy:                  s.proxyFor,
		OnProxyConnectResponse: s.proxyAnswered,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
		// Requests are rare, and no connection is to outlive its own.
		DisableKeepAlives: true,
	}}
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		// A request holds secrets, which nobody but the configured address gets.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     b,
	}), b
}

// bounded ends a request with a context, even one that package oauth2 makes
// without, and reads its answer, of which only JSON is let through.
type bounded struct {
	ctx     context.Context
	base    http.RoundTripper
	refresh string // token that the last answer held, if it was one of success
}

// RoundTrip implements http.RoundTripper.
func (b *bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), requestTime)
	defer cancel()
	defer context.AfterFunc(b.ctx, cancel)()
	response, body, err := b.fetchWhole(request.WithContext(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, os.ErrDeadlineExceeded // By a name that people know.
	}
	if err != nil {
		return nil, err
	}
	answer, succeeded := parseAnswer(body), response.StatusCode/100 == 2
	switch {
	case succeeded && answer == nil:
		return nil, errNotJSON
	case succeeded:
		b.refresh = answer.text("refresh_token")
		body = answer.plainJSON()
	case answer == nil:
		body = nil // An error's status says enough.
	}
	// By any other type, package oauth2 would take it for a form.
	response.Header.Set("Content-Type", "application/json")
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// fetchWhole makes a request and reads all of its answer.
func (b *bounded) fetchWhole(request *http.Request) (response *http.Response, body []byte, err error) {
	response, err = b.base.RoundTrip(request)
	if err != nil {
		return nil, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, nil, err
	}
	return response, body, nil
}
