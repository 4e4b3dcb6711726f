package oauthtest

import (
	"net/http"
	"time"
)

// A device is a sign-in by device code that is under way.
type device struct {
	user    string
	expires time.Time
	asked   int // how often it was asked for so far
}

// serveDevice gives a code out (RFC 8628, section 3.2).
func (s *Server) serveDevice(w http.ResponseWriter, r *http.Request) {
	if r.Form.Get("client_id") != s.rules.ClientID {
		replyError(w, http.StatusUnauthorized, "invalid_client", "no such client_id")
		return
	}
	text := s.newSecret("device")
	s.devices[text] = &device{user: s.rules.User, expires: time.Now().Add(s.rules.DeviceLifetime)}
	const userCode = "WDJB-MJHT"
	replyJSON(w, http.StatusOK, map[string]any{
		"device_code": text, "user_code": userCode, "interval": s.rules.Interval,
		"expires_in":                int(s.rules.DeviceLifetime.Seconds()),
		"verification_uri":          s.base + "/activate",
		"verification_uri_complete": s.base + "/activate?code=" + userCode,
	})
}

// byDevice is the grant of RFC 8628, section 3.4.
func (s *Server) byDevice(w http.ResponseWriter, r *http.Request) {
	text := r.Form.Get("device_code")
	asking := s.devices[text]
	if asking == nil {
		replyError(w, http.StatusBadRequest, "invalid_grant", "no such device_code")
		return
	}
	asking.asked++
	switch {
	case time.Now().After(asking.expires):
		replyError(w, http.StatusBadRequest, "expired_token", "")
	case asking.asked <= s.rules.SlowDown:
		replyError(w, http.StatusBadRequest, "slow_down", "")
	case asking.asked <= s.rules.SlowDown+s.rules.Pending:
		replyError(w, http.StatusBadRequest, "authorization_pending", "")
	case s.rules.Deny:
		replyError(w, http.StatusBadRequest, "access_denied", "the person said no")
	default:
		delete(s.devices, text)
		s.replyTokens(w, asking.user, "")
	}
}
