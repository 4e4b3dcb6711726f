package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"popfetch/config/secret"
)

const (
	// closeTime is how long the browser may take to read its last answer.
	closeTime = time.Second

	// headerTime is how long a request may take to arrive.
	headerTime = 10 * time.Second

	// maxPastes is how often a person may paste something else.
	maxPastes = 10
)

// A loopback is where the browser comes back to, and may begin. The browser is
// told how the sign-in ended, so that its request waits until that is known.
type loopback struct {
	address string // of this loopback
	state   string // known only to a browser that was sent by us (RFC 6749, section 10.12)
	opener  *opener

	listeners []net.Listener
	server    http.Server
	serving   sync.WaitGroup

	came    chan url.Values // capacity 1: the first that knows the state
	over    chan struct{}   // closed once verdict is known
	verdict string
}

// newLoopback opens a port. Nobody is answered there before startServing.
func newLoopback(host string) (*loopback, error) {
	listeners, err := listenAt(host, net.Listen)
	if err != nil {
		return nil, err
	}
	l := &loopback{
		address: "http://" + net.JoinHostPort(host, portOf(listeners[0])), listeners: listeners,
		state: rand.Text(), opener: newOpener(), came: make(chan url.Values, 1), over: make(chan struct{}),
	}
	l.server = http.Server{
		Handler: l, ReadHeaderTimeout: headerTime, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	l.server.SetKeepAlivesEnabled(false)
	return l, nil
}

// startServing begins to answer, and returns the address that sends a browser on to
// the provider.
func (l *loopback) startServing(provider string) string {
	l.opener.target = provider
	for _, listener := range l.listeners {
		l.serving.Go(func() { _ = l.server.Serve(listener) }) // It ends with close.
	}
	return l.address + l.opener.path
}

// ServeHTTP implements http.Handler.
func (l *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == l.opener.path:
		l.opener.ServeHTTP(w, r)
	case r.Method != http.MethodGet || r.URL.Path != "/":
		http.Error(w, "There is nothing here.", http.StatusNotFound)
	case !l.opener.mayReturn(r):
		http.Error(w, "This isn't the browser that popfetch has started. "+
			"Go on in that one, or paste this address where popfetch asks for it.", http.StatusBadRequest)
	case !l.acceptReturn(r.URL.Query()):
		http.Error(w, "This isn't the address of the sign-in that popfetch waits for.", http.StatusBadRequest)
	default:
		l.answerVerdict(w, r)
	}
}

// answerVerdict waits for the end and tells the browser.
func (l *loopback) answerVerdict(w http.ResponseWriter, r *http.Request) {
	select {
	case <-l.over:
		_, _ = io.WriteString(w, l.verdict+"\n") // Nobody is there to be told.
	case <-r.Context().Done():
	}
}

// acceptReturn reports whether the parameters are of our sign-in, of which the first
// count. A browser may load the address twice.
func (l *loopback) acceptReturn(brought url.Values) bool {
	if subtle.ConstantTimeCompare([]byte(brought.Get("state")), []byte(l.state)) != 1 ||
		brought.Get("code") == "" && brought.Get("error") == "" {
		return false
	}
	select {
	case l.came <- brought:
	default:
	}
	return true
}

// awaitReturn returns what the browser or the person brought, whoever is first.
func (l *loopback) awaitReturn(ctx context.Context, paste func(context.Context) (string, error)) (url.Values, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTime)
	var pasting sync.WaitGroup
	defer pasting.Wait()
	defer cancel()
	if paste != nil {
		pasting.Go(func() { l.askPasted(ctx, paste) })
	}
	select {
	case brought := <-l.came:
		return brought, nil
	case <-l.opener.shared:
		return nil, errShared
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// askPasted asks a person for the address, until it is the right one or
// there is nobody to ask. The browser may still come then.
func (l *loopback) askPasted(ctx context.Context, paste func(context.Context) (string, error)) {
	for range maxPastes {
		text, err := paste(ctx)
		if ctx.Err() != nil || errors.Is(err, secret.ErrNoTerminal) || errors.Is(err, secret.ErrNoAnswer) || err == nil && l.acceptAddress(text) {
			return
		}
	}
}

// acceptAddress takes the parameters of an address. It reports whether they are
// of our sign-in.
func (l *loopback) acceptAddress(text string) bool {
	_, query, _ := strings.Cut(strings.TrimSpace(text), "?")
	query, _, _ = strings.Cut(query, "#")
	brought, err := url.ParseQuery(query)
	return err == nil && l.acceptReturn(brought)
}

// close tells the browser how the sign-in ended, and gives the port back.
func (l *loopback) close(signedIn bool) {
	l.verdict = "You are not signed in; popfetch says why, where it was started."
	if signedIn {
		l.verdict = "You are signed in; this window can be closed."
	}
	close(l.over)
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if l.server.Shutdown(ctx) != nil {
		_ = l.server.Close()
	}
	l.serving.Wait()
}
