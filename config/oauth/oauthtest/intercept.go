package oauthtest

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
)

// An Intercept sees a request before the server does, its form parsed, and
// reports whether it has answered it.
type Intercept func(w http.ResponseWriter, r *http.Request) bool

// A Request is one that was made.
type Request struct {
	Path   string
	Form   url.Values // query and form
	Client string     // user of the Authorization header
	Secret string     // and its password
}

// AddIntercept adds one, which is asked after those that are there.
func (s *Server) AddIntercept(intercept Intercept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercepts = append(s.intercepts, intercept)
}

// FailNext spoils the next request to the token endpoint that no earlier call
// has spoilt. The answer's type is that of JSON where the body begins so.
func (s *Server) FailNext(status int, body string) {
	var done atomic.Bool
	s.AddIntercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/token" || done.Swap(true) {
			return false
		}
		if len(body) > 0 && body[0] == '{' {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // Who hung up needs no answer.
		return true
	})
}

// Requests are all that were made to one endpoint, such as /token, in their
// order.
func (s *Server) Requests(path string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.requests)
	return slices.DeleteFunc(all, func(r Request) bool { return r.Path != path })
}

// noteRequest notes a request, and reports whether an intercept has answered it.
func (s *Server) noteRequest(w http.ResponseWriter, r *http.Request) bool {
	_ = r.ParseForm() // What can't be parsed is missed by the endpoint.
	client, secret, _ := r.BasicAuth()
	s.mu.Lock()
	s.requests = append(s.requests, Request{r.URL.Path, maps.Clone(r.Form), client, secret})
	intercepts := slices.Clone(s.intercepts)
	s.mu.Unlock()
	// Without the lock, so that an intercept may use the server, or wait.
	return slices.ContainsFunc(intercepts, func(answer Intercept) bool { return answer(w, r) })
}
