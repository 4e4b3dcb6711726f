package oauth

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

// access asks for a token that must come.
func access(t *testing.T, a *Account, refused secret.Secret) secret.Secret {
	t.Helper()
	got, err := a.AccessToken(t.Context(), refused)
	if err != nil || got.IsZero() {
		t.Fatalf("access token: %v", err)
	}
	return got
}

func TestKeptWhileItIsGood(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	first := access(t, a, secret.Secret{})
	if !access(t, a, secret.New("another")).Equal(first) {
		t.Error("it was renewed for no reason")
	}
	second := access(t, a, aged(t, a))
	if second.Equal(first) || !access(t, a, first).Equal(second) {
		t.Error("the server's refusal renews it, and does so once")
	}
	expire(t, a)
	if access(t, a, secret.Secret{}).Equal(second) {
		t.Error("it isn't renewed at its end")
	}
	if n := len(server.Requests("/token")); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestExpiryUnknown(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	server.FailNext(http.StatusOK, `{"access_token":"lasting"}`)
	expire(t, a)
	for range 2 {
		if got := access(t, a, secret.Secret{}); got.Reveal() != "lasting" {
			t.Errorf("got %q", got.Reveal())
		}
	}
	if got := access(t, a, aged(t, a)); got.Reveal() == "lasting" {
		t.Error("a refusal doesn't renew it")
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	for _, rotate := range []bool{true, false} {
		server := oauthtest.Start(t, oauthtest.Rules{Rotate: rotate})
		a := signedIn(t, server)
		first := kept(t, a)
		for range 3 {
			access(t, a, aged(t, a))
		}
		if same := kept(t, a).refresh.Equal(first.refresh); same == rotate {
			t.Errorf("rotate %v: the same refresh token is kept: %v", rotate, same)
		}
		if err := a.keepInFile(first); err != nil {
			t.Fatal(err)
		}
		_, err := a.AccessToken(t.Context(), aged(t, a))
		if !rotate {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		check(t, server, err, outcome{
			`refresh the access token: the provider refused: "invalid_grant": "the refresh token is expired, revoked or used up"`,
			again, true, false,
		})
	}
}

func TestManyRefreshOnce(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{Rotate: true})
	a := signedIn(t, server)
	refused := aged(t, a)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			other := *a // as another run has it
			if _, err := other.AccessToken(t.Context(), refused); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(server.Requests("/token")); n != 2 {
		t.Errorf("%d requests, want one to sign in and one to refresh", n)
	}
}

// TestProcessesRefreshOnce runs this test's own program, which waits for the
// lock that is held here.
func TestProcessesRefreshOnce(t *testing.T) {
	const variable = "POPFETCH_TEST_LOCK"
	if path := os.Getenv(variable); path != "" {
		a := &Account{Lock: path}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := a.acquireLock(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got the lock: %v", err)
		}
		return
	}
	t.Parallel()
	a := &Account{Lock: filepath.Join(t.TempDir(), "lock")}
	release, err := a.acquireLock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcessesRefreshOnce$")
	other.Env = append(os.Environ(), variable+"="+a.Lock)
	if output, err := other.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, output)
	}
}

func TestLockThatCannotBe(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	a.Lock = filepath.Join(t.TempDir(), "missing", "lock")
	_, err := a.AccessToken(t.Context(), aged(t, a))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestSignInEnds(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	server.RevokeRefresh()
	_, err := a.AccessToken(t.Context(), aged(t, a))
	check(t, server, err, outcome{
		`refresh the access token: the provider refused: "invalid_grant": "the refresh token is expired, revoked or used up"`,
		again, true, false,
	})

	server.ChangeRules(func(r *oauthtest.Rules) { r.NoRefresh = true })
	a = newAccount(t, server)
	got, err := a.SignInByBrowser(t.Context(), visit(t), nil)
	if err != nil || !got.NoRefresh {
		t.Errorf("kept %+v, %v", got, err)
	}
	access(t, a, secret.Secret{})
	expire(t, a)
	_, err = a.AccessToken(t.Context(), secret.Secret{})
	check(t, server, err, outcome{
		"the access token has expired, and the provider gave no refresh token", again, true, false,
	})
}

func TestRefreshOutlivesItsContext(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{Rotate: true})
	a := signedIn(t, server)
	old := kept(t, a)
	ctx, cancel := context.WithCancel(t.Context())
	server.AddIntercept(func(http.ResponseWriter, *http.Request) bool {
		cancel()
		return false
	})
	if _, err := a.AccessToken(ctx, aged(t, a)); err != nil {
		t.Errorf("got %v", err)
	}
	if kept(t, a).refresh.Equal(old.refresh) {
		t.Error("the rotated refresh token is lost")
	}
	if _, err := a.AccessToken(ctx, aged(t, a)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestRefusedWhileItIsFresh(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{Rotate: true})
	a := signedIn(t, server)
	fresh := access(t, a, secret.Secret{})
	if !access(t, a, fresh).Equal(fresh) || len(server.Requests("/token")) != 1 {
		t.Error("a fresh token is renewed since a server refuses it")
	}
	for name, how := range map[string]func(*token){
		"got long ago":     func(kept *token) { kept.issued = time.Now().Add(-freshTime) },
		"got in a while":   func(kept *token) { kept.issued = time.Now().Add(time.Hour) },
		"got by an older":  func(kept *token) { kept.issued = time.Time{} },
		"ended meanwhile":  func(kept *token) { kept.expires = time.Now().Add(-time.Second) },
		"lasts, long held": func(kept *token) { kept.issued, kept.expires = time.Now().Add(-time.Hour), time.Time{} },
	} {
		refused := change(t, a, how).access
		if access(t, a, refused).Equal(refused) {
			t.Errorf("%s: it isn't renewed", name)
		}
	}
}
