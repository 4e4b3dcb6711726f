package oauthtest

import (
	"net/http"
	"net/url"
)

// A code is what the browser carries back.
type code struct {
	user, redirect, challenge string
}

// serveAuthorize sends the browser back at once (RFC 6749, section 4.1).
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	back, err := url.Parse(r.Form.Get("redirect_uri"))
	switch {
	case err != nil || back.Scheme != "http" || back.Hostname() != "127.0.0.1" && back.Hostname() != "localhost":
		// Nobody is sent to an address that isn't the client's own.
		http.Error(w, "redirect_uri isn't of the loopback", http.StatusBadRequest)
		return
	case r.Form.Get("client_id") != s.rules.ClientID:
		http.Error(w, "no such client_id", http.StatusBadRequest)
		return
	}
	query := url.Values{"state": {r.Form.Get("state")}}
	switch {
	case s.rules.Deny:
		query.Set("error", "access_denied")
		query.Set("error_description", "the person said no")
	case r.Form.Get("response_type") != "code" || r.Form.Get("state") == "" ||
		r.Form.Get("code_challenge") == "" || r.Form.Get("code_challenge_method") != "S256":
		query.Set("error", "invalid_request")
	default:
		text := s.newSecret("code")
		s.codes[text] = code{s.rules.User, r.Form.Get("redirect_uri"), r.Form.Get("code_challenge")}
		query.Set("code", text)
	}
	back.RawQuery = query.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}
