package oauthtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

// serveToken gives tokens out, to a client that it knows.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	if !s.isRightClient(r) {
		replyError(w, http.StatusUnauthorized, "invalid_client", "who is that?")
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		s.byCode(w, r)
	case "urn:ietf:params:oauth:grant-type:device_code":
		s.byDevice(w, r)
	case "refresh_token":
		s.byRefresh(w, r)
	default:
		replyError(w, http.StatusBadRequest, "unsupported_grant_type", "")
	}
}

// isRightClient reports whether the client is the right one (RFC 6749, section 2.3.1).
func (s *Server) isRightClient(r *http.Request) bool {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if s.rules.InHeader {
		user, password, _ := r.BasicAuth()
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(password)
	}
	return id == s.rules.ClientID && secret == s.rules.Secret
}

// byCode is the grant of RFC 6749, section 4.1.3, with the check of RFC 7636,
// section 4.6. A code is good for one try.
func (s *Server) byCode(w http.ResponseWriter, r *http.Request) {
	text := r.PostForm.Get("code")
	granted, ok := s.codes[text]
	delete(s.codes, text)
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	switch {
	case !ok:
		replyError(w, http.StatusBadRequest, "invalid_grant", "no such code")
	case granted.redirect != r.PostForm.Get("redirect_uri"):
		replyError(w, http.StatusBadRequest, "invalid_grant", "another redirect_uri")
	case granted.challenge != base64.RawURLEncoding.EncodeToString(sum[:]):
		replyError(w, http.StatusBadRequest, "invalid_grant", "another code_verifier")
	default:
		s.replyTokens(w, granted.user, "")
	}
}

// byRefresh is the grant of RFC 6749, section 6.
func (s *Server) byRefresh(w http.ResponseWriter, r *http.Request) {
	text := r.PostForm.Get("refresh_token")
	user, ok := s.refresh[text]
	if !ok {
		replyError(w, http.StatusBadRequest, "invalid_grant", "the refresh token is expired, revoked or used up")
		return
	}
	if s.rules.Rotate {
		delete(s.refresh, text)
		text = ""
	}
	s.replyTokens(w, user, text)
}

// replyTokens answers with tokens (RFC 6749, section 5.1). Without an old refresh
// token that goes on, there is a new one.
func (s *Server) replyTokens(w http.ResponseWriter, user, refresh string) {
	content := map[string]any{
		"access_token": s.mintToken(user), "token_type": "bearer",
		"expires_in": int(s.rules.Lifetime.Seconds()),
	}
	if refresh == "" && !s.rules.NoRefresh {
		refresh = s.newSecret("refresh")
		s.refresh[refresh] = user
		content["refresh_token"] = refresh
	}
	replyJSON(w, http.StatusOK, content)
}

// mintToken makes an access token.
func (s *Server) mintToken(user string) string {
	text := s.newSecret("access")
	s.access[text] = ticket{user, time.Now().Add(s.rules.Lifetime)}
	return text
}

// newSecret makes a text that nobody can guess, and notes it.
func (s *Server) newSecret(kind string) string {
	text := kind + "-" + rand.Text()
	s.secrets = append(s.secrets, text)
	return text
}

// MintToken makes an access token of a user who never signed in.
func (s *Server) MintToken(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mintToken(user)
}

// RevokeRefresh ends all refresh tokens.
func (s *Server) RevokeRefresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.refresh)
}

// RevokeAccess ends all access tokens before their time.
func (s *Server) RevokeAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
}
