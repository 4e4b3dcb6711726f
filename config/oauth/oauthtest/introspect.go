package oauthtest

import (
	"net/http"
	"strings"
	"time"
)

// serveIntrospect tells whose an access token is (RFC 7662, section 2.2), with the
// names of a user that mail servers look for.
func (s *Server) serveIntrospect(w http.ResponseWriter, r *http.Request) {
	text := r.Form.Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && text == "" {
		text = bearer
	}
	shown, ok := s.access[text]
	if !ok || time.Now().After(shown.expires) {
		replyJSON(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	replyJSON(w, http.StatusOK, map[string]any{
		"active": true, "username": shown.user, "sub": shown.user, "email": shown.user,
		"exp": shown.expires.Unix(), "scope": s.rules.Scope,
		"client_id": s.rules.ClientID, "token_type": "bearer",
	})
}
