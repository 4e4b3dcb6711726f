package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// unansweredError is the error of a request that got no answer that can be read.
func (r *request) unansweredError(err *url.Error) error {
	if refused := r.account.proxyRefused(err); refused != nil {
		return refused
	}
	cause := ofNetwork(err.Err)
	if cause == nil {
		return r.wrongAnswer("the answer isn't HTTP")
	}
	cause = &url.Error{Op: err.Op, URL: withoutQuery(err.URL), Err: cause}
	return &Error{text: r.what + ": " + cause.Error(), err: cause}
}

// ofNetwork returns the part of an error that the network or TLS is to blame
// for, or nil. All else that package http says may quote the answer, and so a
// token.
func ofNetwork(err error) error {
	if found, ok := errors.AsType[net.Error](err); ok {
		return found
	}
	for _, known := range []error{io.ErrUnexpectedEOF, io.EOF, http.ErrSchemeMismatch} {
		if errors.Is(err, known) {
			return known
		}
	}
	// Most errors of package tls have no type of their own, but all begin alike.
	if strings.HasPrefix(err.Error(), "tls: ") {
		return err
	}
	return nil
}

// proxyFor returns the proxy for a request, or nil. Only to this machine may a
// request go without TLS, and then it's nobody else's to read; the environment
// may name a proxy for it in spite of that, if the host is written otherwise.
func (s *Settings) proxyFor(request *http.Request) (*url.URL, error) {
	host := request.URL.Hostname()
	switch {
	case strings.EqualFold(host, "localhost"), net.ParseIP(host).IsLoopback():
		return nil, nil
	case s.Proxy != nil:
		return s.Proxy, nil
	default:
		return http.ProxyFromEnvironment(request)
	}
}

// ports are those of the addresses of a proxy or a provider that name none.
var ports = map[string]int{"https": 443, "http": 80, "socks5": 1080, "socks5h": 1080}

// TokenPort returns the TCP port that tokens are asked for at: the proxy's, if
// there is one. It is 0 where there is no telling.
func (s *Settings) TokenPort() int {
	request, err := http.NewRequest(http.MethodPost, s.oauthConfig().Endpoint.TokenURL, nil)
	if err != nil {
		return 0
	}
	target := request.URL
	if proxy, err := s.proxyFor(request); err == nil && proxy != nil {
		target = proxy
	}
	if port, err := strconv.Atoi(target.Port()); err == nil {
		return port
	}
	return ports[target.Scheme]
}

// socksWords are those that package http has for a SOCKS5 proxy that doesn't
// like the login (RFC 1929), or wants one, or none of this kind (RFC 1928,
// section 3). It has nothing else to tell them by.
var socksWords = []string{"username/password authentication failed", "no acceptable authentication methods"}

// proxyRefused is the error of a SOCKS5 proxy that doesn't let us in, or nil.
func (s *Settings) proxyRefused(err error) error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "socks connect" || !slices.Contains(socksWords, op.Err.Error()) {
		return nil
	}
	if s.Proxy != nil {
		return s.loginRefused(s.Proxy.Host)
	}
	return s.loginRefused(op.Source.String())
}

// proxyAnswered looks at what a proxy of the environment answers that speaks
// HTTP (RFC 9110, section 9.3.6). Package http would make an error of its words.
func (s *Settings) proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	switch status := answer.StatusCode; status {
	case http.StatusOK:
		return nil
	case http.StatusProxyAuthRequired:
		return s.loginRefused(proxy.Host)
	default:
		return &Error{
			text:      fmt.Sprintf("the proxy %s answered with HTTP status %d %s", proxy.Host, status, http.StatusText(status)),
			temporary: status >= 500,
		}
	}
}

// loginRefused is the error of a proxy that doesn't let us in.
func (s *Settings) loginRefused(proxy string) error {
	way := "give the right login: proxy: socks5://user:pass@host:port"
	if s.Proxy == nil {
		way = "give the right login in the environment, as in HTTPS_PROXY"
	}
	return &Error{text: "the proxy " + proxy + " refuses the login", way: way, refused: true}
}
