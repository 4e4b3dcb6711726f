package oauth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

// An echo is a careless or hostile provider that says what it was sent: one
// word at a time, since an error shows only so many.
type echo struct {
	raw bool // as a status line that isn't one, else as an error of OAuth

	mu    sync.Mutex
	which int      // word that is said
	count int      // how many there are
	sent  []string // secrets so far
}

// words are the secrets of a request in all forms.
func (e *echo) words(r *http.Request) (words []string) {
	for _, key := range []string{"client_secret", "refresh_token", "code", "code_verifier", "device_code"} {
		if value := r.PostForm.Get(key); value != "" {
			e.sent = append(e.sent, value)
			words = append(words, value, url.QueryEscape(value), base64.StdEncoding.EncodeToString([]byte(value)),
				base64.RawStdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)))
		}
	}
	if _, basic, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		e.sent = append(e.sent, basic)
		words = append(words, basic)
	}
	return words
}

func (e *echo) intercept(w http.ResponseWriter, r *http.Request) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.URL.Path != "/token" {
		return false
	}
	words := e.words(r)
	e.count = len(words)
	word := words[e.which]
	if !e.raw {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": word, "error_description": "I got <" + word + ">"})
		return true
	}
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\n\r\n", word)
	return true
}

// more goes on to the next word, if there is one.
func (e *echo) more() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.which++
	return e.which < e.count
}

// shown returns a secret that the text shows.
func (e *echo) shown(text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, sent := range e.sent {
		if strings.Contains(text, sent) {
			return sent
		}
	}
	return ""
}

// flows are all that ends at the token endpoint.
var flows = map[string]func(*testing.T, *Account) error{
	"refresh": func(t *testing.T, a *Account) error {
		_, err := a.AccessToken(t.Context(), aged(t, a))
		return err
	},
	"browser": func(t *testing.T, a *Account) error {
		_, err := a.SignInByBrowser(t.Context(), visit(t), nil)
		return err
	},
	"device": func(t *testing.T, a *Account) (err error) {
		synctest.Test(t, func(t *testing.T) { _, err = a.SignInByDevice(t.Context(), func(Device) {}) })
		return err
	},
}

func TestNoSecretInAnyError(t *testing.T) {
	t.Parallel()
	for name, flow := range flows {
		for _, raw := range []bool{false, true} {
			for _, style := range []string{"", "google"} { // which are those of the header and of the form
				t.Run(fmt.Sprintf("%s raw %v %s", name, raw, style), func(t *testing.T) {
					t.Parallel()
					server := oauthtest.Start(t, oauthtest.Rules{})
					a := signedIn(t, server)
					a.ClientSecret, a.Provider = secret.New(canary), style
					e := &echo{raw: raw}
					server.AddIntercept(e.intercept)
					for more := true; more; more = e.more() {
						err := flow(t, a)
						if err == nil || !strings.Contains(err.Error(), "***") != raw || e.shown(err.Error()) != "" {
							t.Errorf("got %v", err)
						}
						noSecrets(t, server, err)
					}
				})
			}
		}
	}
}
