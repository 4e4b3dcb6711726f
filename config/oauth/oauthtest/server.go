package oauthtest

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// A Server runs on a port of the loopback. Its methods are safe for concurrent
// use.
type Server struct {
	base    string // its address
	http    http.Server
	serving sync.WaitGroup

	mu         sync.Mutex // guards what follows
	rules      Rules
	intercepts []Intercept
	requests   []Request
	access     map[string]ticket  // by access token
	refresh    map[string]string  // user by refresh token
	codes      map[string]code    // by code
	devices    map[string]*device // by device code
	secrets    []string
}

// A ticket is what an access token stands for.
type ticket struct {
	user    string
	expires time.Time
}

// Start runs a server until the test ends.
func Start(t testing.TB, rules Rules) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		base: "http://" + listener.Addr().String(), rules: rules.withDefaults(),
		access: map[string]ticket{}, refresh: map[string]string{},
		codes: map[string]code{}, devices: map[string]*device{},
	}
	s.http = http.Server{Handler: s.newMux(), ErrorLog: log.New(io.Discard, "", 0)}
	s.serving.Go(func() { _ = s.http.Serve(listener) }) // It ends with Close.
	t.Cleanup(s.Close)
	return s
}

// Close ends the server, as a provider that can't be reached.
func (s *Server) Close() {
	_ = s.http.Close() // Whoever still asks is cut off.
	s.serving.Wait()
}

// newMux has every endpoint. Each runs with the lock held.
func (s *Server) newMux() http.Handler {
	mux := http.NewServeMux()
	for path, serve := range map[string]http.HandlerFunc{
		"GET /authorize": s.serveAuthorize, "POST /device": s.serveDevice,
		"POST /token": s.serveToken, "/introspect": s.serveIntrospect,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if s.noteRequest(w, r) {
				return
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			serve(w, r)
		})
	}
	return mux
}

// ChangeRules changes the rules while the server runs.
func (s *Server) ChangeRules(change func(*Rules)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.rules)
	s.rules = s.rules.withDefaults()
}

// AuthURL is where a browser is sent.
func (s *Server) AuthURL() string { return s.base + "/authorize" }

// TokenURL is where tokens are given out.
func (s *Server) TokenURL() string { return s.base + "/token" }

// DeviceURL is where a device code is asked for.
func (s *Server) DeviceURL() string { return s.base + "/device" }

// IntrospectURL is where a mail server asks whose an access token is. It takes
// the token in a form, in the query or as a bearer's.
func (s *Server) IntrospectURL() string { return s.base + "/introspect" }

// Secrets are all that the server has given out or demands, and that no error,
// log or screen may show.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.secrets)
	if s.rules.Secret != "" {
		all = append(all, s.rules.Secret)
	}
	return all
}

// replyJSON answers with JSON.
func replyJSON(w http.ResponseWriter, status int, content map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(content) // Who hung up needs no answer.
}

// replyError answers with an error (RFC 6749, section 5.2).
func replyError(w http.ResponseWriter, status int, code, description string) {
	replyJSON(w, status, map[string]any{"error": code, "error_description": description})
}
