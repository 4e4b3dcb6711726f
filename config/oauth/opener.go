package oauth

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"
)

// An opener is the address that a browser is started with. Every user of the
// machine sees it in the list of processes. So it isn't the provider's, with
// which anybody could bring us a code of their own (RFC 6749, section 10.12):
// it's good for one browser, which is sent on from there, and gets a cookie by
// which it's known when it comes back.
type opener struct {
	path   string
	target string // the provider's address
	cookie http.Cookie

	mu     sync.Mutex
	used   bool
	shared chan struct{} // closed once a second browser has come
}

// errShared says that more than our browser came to the opener.
var errShared = errors.New("somebody else used the address that the browser was started with")

// newOpener makes one. The cookie's name is its own, because a browser has the
// same cookies for all ports.
func newOpener() *opener {
	return &opener{
		path: "/begin/" + rand.Text(),
		cookie: http.Cookie{
			Name: "popfetch-" + rand.Text(), Value: rand.Text(), Path: "/",
			MaxAge: int(signInTime.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		},
		shared: make(chan struct{}),
	}
}

// ServeHTTP implements http.Handler.
func (o *opener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !o.admitFirst(r) {
		http.Error(w, "Another browser has used this address; popfetch says more, where it was started.", http.StatusForbidden)
		return
	}
	http.SetCookie(w, &o.cookie)
	http.Redirect(w, r, o.target, http.StatusFound)
}

// admitFirst reports whether a browser is the first, or the same once more.
func (o *opener) admitFirst(r *http.Request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !o.used, o.hasCookie(r):
		o.used = true
		return true
	case !o.isShared():
		close(o.shared)
	}
	return false
}

// mayReturn reports whether a browser may bring the end of the sign-in: none but
// the one that was started, if one was.
func (o *opener) mayReturn(r *http.Request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.used || o.hasCookie(r)
}

// hasCookie reports whether a browser has the cookie.
func (o *opener) hasCookie(r *http.Request) bool {
	shown, err := r.Cookie(o.cookie.Name)
	return err == nil && subtle.ConstantTimeCompare([]byte(shown.Value), []byte(o.cookie.Value)) == 1
}

// isShared reports whether a second browser has come.
func (o *opener) isShared() bool {
	select {
	case <-o.shared:
		return true
	default:
		return false
	}
}
