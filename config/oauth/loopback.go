package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// closeTime is how long the browser may take to read its last answer.
	closeTime = time.Second

	// headerTime is how long a request may take to arrive.
	headerTime = 10 * time.Second

	// maxPastes is how often a person may paste something else.
	maxPastes = 10
)

// A loopback is where the browser comes back to. The browser is told how the
// sign-in ended, so that its request waits until that is known.
type loopback struct {
	address string // of this loopback
	state   string // known only to a browser that was sent by us (RFC 6749, section 10.12)
	server  http.Server
	serving sync.WaitGroup

	came    chan url.Values // capacity 1: the first that knows the state
	over    chan struct{}   // closed once verdict is known
	verdict string
}

// listen opens a port that the system chooses.
func listen(host string) (*loopback, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(loopbackHost, "0"))
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	l := &loopback{
		address: "http://" + net.JoinHostPort(host, strconv.Itoa(port)),
		state:   rand.Text(), came: make(chan url.Values, 1), over: make(chan struct{}),
	}
	l.server = http.Server{
		Handler: l, ReadHeaderTimeout: headerTime, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	l.server.SetKeepAlivesEnabled(false)
	l.serving.Go(func() { _ = l.server.Serve(listener) }) // It ends with close.
	return l, nil
}

// ServeHTTP implements http.Handler.
func (l *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case r.Method != http.MethodGet || r.URL.Path != "/":
		http.Error(w, "There is nothing here.", http.StatusNotFound)
		return
	case !l.take(r.URL.Query()):
		http.Error(w, "This isn't the address of the sign-in that popfetch waits for.", http.StatusBadRequest)
		return
	}
	select {
	case <-l.over:
		_, _ = io.WriteString(w, l.verdict+"\n") // Nobody is there to be told.
	case <-r.Context().Done():
	}
}

// take reports whether the parameters are of our sign-in, of which the first
// count. A browser may load the address twice.
func (l *loopback) take(brought url.Values) bool {
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

// wait returns what the browser or the person brought, whoever is first.
func (l *loopback) wait(ctx context.Context, paste func(context.Context) (string, error)) (url.Values, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTime)
	var pasting sync.WaitGroup
	defer pasting.Wait()
	defer cancel()
	if paste != nil {
		pasting.Go(func() { l.takePasted(ctx, paste) })
	}
	select {
	case brought := <-l.came:
		return brought, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// takePasted asks a person for the address, until it is the right one.
func (l *loopback) takePasted(ctx context.Context, paste func(context.Context) (string, error)) {
	for range maxPastes {
		text, err := paste(ctx)
		if err != nil {
			return // The browser may still come.
		}
		_, query, _ := strings.Cut(strings.TrimSpace(text), "?")
		query, _, _ = strings.Cut(query, "#")
		if brought, err := url.ParseQuery(query); err == nil && l.take(brought) {
			return
		}
	}
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
