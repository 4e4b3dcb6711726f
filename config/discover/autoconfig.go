package discover

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"popfetch/config"
)

// Bounds of what a web server can do to us.
const (
	maxBody      = 64 << 10
	maxRedirects = 3
)

// askDomain asks the domain's own autoconfiguration. It's never asked without TLS:
// anybody on the way could answer.
func (s *search) askDomain(ctx context.Context) (candidates []Found, err error) {
	query := "?" + url.Values{"emailaddress": {s.whole}}.Encode()
	for _, page := range []string{
		"https://autoconfig." + s.domain + "/mail/config-v1.1.xml",
		"https://" + s.domain + "/.well-known/autoconfig/mail/config-v1.1.xml",
	} {
		if candidates = s.readAutoconfig(ctx, page, query, "autoconfig at "+page); len(candidates) > 0 || ctx.Err() != nil {
			break
		}
	}
	return candidates, nil
}

// ispdbAddress is where the ISPDB is.
const ispdbAddress = "https://autoconfig.thunderbird.net/v1.1/"

// askISPDB asks the ISPDB, which learns the domain and nothing else.
func (s *search) askISPDB(ctx context.Context) ([]Found, error) {
	if s.NoISPDB {
		return nil, nil
	}
	return s.readAutoconfig(ctx, ispdbAddress+s.domain, "", "the Mozilla ISPDB at "+ispdbAddress+s.domain), nil
}

// readAutoconfig returns what a page names with TLS, and keeps the rest for the
// end. A page that isn't there is no failure: most domains have none.
func (s *search) readAutoconfig(ctx context.Context, page, query, source string) (candidates []Found) {
	s.Looking(source)
	var body []byte
	err := s.withDeadline(ctx, func(ctx context.Context) (err error) {
		body, err = s.getPage(ctx, page+query)
		return err
	})
	var all []Found
	if err == nil {
		all, err = s.parseClientConfig(body)
	}
	if err != nil && !errors.Is(err, errNoPage) && !isAbsent(err) {
		s.noteFailure(source, err)
	}
	for _, f := range all {
		f.Source = source
		if f.TLS == config.TLSNone {
			s.plain = append(s.plain, f)
		} else {
			candidates = append(candidates, f)
		}
	}
	return candidates
}

// errNoPage says that a web server has no such page.
const errNoPage = webError("there is no such page")

// getPage returns a page. Its errors don't show the query.
func (s *search) getPage(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Close = true // Nothing else is asked there.
	client := http.Client{Transport: s.Transport, CheckRedirect: checkRedirect}
	response, err := client.Do(request)
	if err != nil {
		return nil, unansweredError(err)
	}
	defer func() { _ = response.Body.Close() }() // It was read as far as it matters.
	switch status := response.StatusCode; {
	case status >= 400 && status < 500:
		return nil, errNoPage
	case status != http.StatusOK:
		return nil, webError(fmt.Sprintf("the answer is HTTP status %d %s", status, http.StatusText(status)))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, unansweredError(err)
	}
	if len(body) > maxBody {
		return nil, webError(fmt.Sprintf("the answer has more than %d KB", maxBody>>10))
	}
	return body, nil
}

// A webError is what is wrong with an answer, in our own words.
type webError string

// Error implements error.
func (e webError) Error() string { return string(e) }

// unansweredError is the error of a request without an answer that can be read. All
// that isn't of the network, of TLS or ours may quote the answer at any length.
func unansweredError(err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // the address has the query in it
	}
	switch {
	case isError[webError](err), isError[net.Error](err), isError[*tls.CertificateVerificationError](err),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return webError("the answer isn't HTTP")
}

func isError[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// checkRedirect follows to a few other pages, none without TLS. They don't
// learn the page they come from: the address is part of it.
func checkRedirect(next *http.Request, earlier []*http.Request) error {
	switch {
	case next.URL.Scheme != "https":
		return webError("the answer leads to a page without TLS")
	case len(earlier) > maxRedirects:
		return webError(fmt.Sprintf("the answer leads on more than %d times", maxRedirects))
	}
	next.Header.Del("Referer")
	return nil
}
