package oauth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
	"popfetch/config/secret/secrettest"
)

// canary is the secret of the client in tests.
const canary = "c4n4ry/+secret"

// errLocked is what the keyring of tests says.
var errLocked = &secret.Error{Source: "keyring", Err: errors.New("locked"), Way: "unlock it"}

// TestMain gives the tests a keyring that can't be reached, so that none of
// them touches that of the person who runs them.
func TestMain(m *testing.M) {
	if os.Getenv(secrettest.Marker) == "" {
		keyring = vault{
			lookup: func(context.Context, string) (secret.Secret, error) { return secret.Secret{}, errLocked },
			store:  func(context.Context, string, secret.Secret) error { return errLocked },
			remove: func(context.Context, string) error { return errLocked },
		}
	}
	os.Exit(m.Run())
}

// useKeyring replaces the keyring by one in memory, which takes texts up to a
// length.
func useKeyring(t *testing.T, longest int) map[string]string {
	before := keyring
	t.Cleanup(func() { keyring = before })
	items := map[string]string{}
	find := func(item string) (secret.Secret, error) {
		if text, ok := items[item]; ok {
			return secret.New(text), nil
		}
		return secret.Secret{}, secret.ErrNotFound
	}
	keyring = vault{
		lookup: func(_ context.Context, item string) (secret.Secret, error) { return find(item) },
		store: func(_ context.Context, item string, text secret.Secret) error {
			if len(text.Reveal()) > longest {
				return &secret.Error{Source: "keyring", Err: errors.New("the text is too long for it")}
			}
			items[item] = text.Reveal()
			return nil
		},
		remove: func(_ context.Context, item string) error {
			_, err := find(item)
			delete(items, item)
			return err
		},
	}
	return items
}

// memory is a File for tests. With err it can't be changed, with full it can be
// removed only, and with exposed it can't be read.
type memory struct {
	mu                 sync.Mutex
	text               []byte
	err, full, exposed error
}

func (m *memory) Read() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.text == nil:
		return nil, fs.ErrNotExist
	case m.exposed != nil:
		return nil, m.exposed
	}
	return m.text, nil
}

func (m *memory) Replace(data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.full != nil:
		return m.full
	case m.err != nil:
		return m.err
	}
	m.text = data
	return nil
}

func (m *memory) Remove() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text == nil {
		return fs.ErrNotExist
	}
	if m.err == nil {
		m.text = nil
	}
	return m.err
}

func (m *memory) Path() string { return "/state/work.token" }

// newAccount makes an account of the server's, which isn't signed in.
func newAccount(t testing.TB, server *oauthtest.Server) *Account {
	return &Account{
		Settings: Settings{
			AuthURL: server.AuthURL(), TokenURL: server.TokenURL(), DeviceURL: server.DeviceURL(),
			ClientID: "client", Login: "me@example.org",
		},
		Server: "pop.example.org", Item: "work/oauth", File: &memory{}, Lock: filepath.Join(t.TempDir(), "lock"),
		Command: "popfetch login work",
	}
}

// visit is a browser that is started and goes where it's sent.
func visit(t testing.TB) func(string, string) {
	return func(_, opener string) { beside(t, func() { browse(t, opener) }) }
}

// beside does something that the test waits for at its end.
func beside(t testing.TB, do func()) {
	var going sync.WaitGroup
	going.Go(do)
	t.Cleanup(going.Wait)
}

// signedIn is a newAccount that has signed in.
func signedIn(t testing.TB, server *oauthtest.Server) *Account {
	t.Helper()
	a := newAccount(t, server)
	if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
		t.Fatal(err)
	}
	return a
}

// kept reads what the account's file has.
func kept(t *testing.T, a *Account) token {
	t.Helper()
	got, inFile, err := a.loadToken(t.Context())
	if err != nil || !inFile {
		t.Fatalf("load: in file %v, %v", inFile, err)
	}
	return got
}

// expire lets the kept access token end.
func expire(t *testing.T, a *Account) {
	t.Helper()
	change(t, a, func(kept *token) { kept.expires = time.Now().Add(margin - time.Second) })
}

// aged lets the kept access token be one that wasn't got just now, so that it's
// renewed when a server refuses it, and returns it.
func aged(t *testing.T, a *Account) secret.Secret {
	t.Helper()
	return change(t, a, func(kept *token) { kept.issued = time.Now().Add(-freshTime - time.Second) }).access
}

// change changes what is kept, and returns it.
func change(t *testing.T, a *Account, how func(*token)) token {
	t.Helper()
	got, inFile, err := a.loadToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	how(&got)
	if inFile {
		err = a.keepInFile(got)
	} else {
		err = a.keepInKeyring(t.Context(), got)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// outcome is what a caller of ours can tell of an error.
type outcome struct {
	Text, Hint         string
	Refused, Temporary bool
}

// check compares an error with what it should be, and looks for secrets in it.
func check(t *testing.T, server *oauthtest.Server, err error, want outcome) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v, want %+v", err, want)
	}
	if diff := cmp.Diff(want, outcome{e.Error(), e.Hint(), e.Refused(), e.Temporary()}); diff != "" {
		t.Error(diff)
	}
	noSecrets(t, server, err)
}

// noSecrets looks for all that the server knows in an error.
func noSecrets(t *testing.T, server *oauthtest.Server, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		shown := fmt.Sprintf("%v %+v %#v", err, err, err)
		if unescaped, err := url.QueryUnescape(shown); err == nil {
			shown += unescaped
		}
		for _, text := range append(server.Secrets(), canary) {
			for _, form := range []string{
				text, base64.StdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
			} {
				if strings.Contains(shown, form) {
					t.Errorf("%q is shown in: %s", form, shown)
				}
			}
		}
	}
}
