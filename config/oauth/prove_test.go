package oauth

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/oauth/oauthtest"
	"popfetch/config/secret"
)

// The errors of a file that there is no room for, and of one that may not be
// changed at all.
var (
	errFull   = errors.New("write /state/work.token: no space left on device")
	errDenied = errors.New("remove /state/work.token: permission denied")
)

// lock lets the keyring be read and no more.
func lock() {
	keyring.store = func(context.Context, string, secret.Secret) error { return errLocked }
}

func TestNoRefreshWithoutAPlace(t *testing.T) {
	for _, rotate := range []bool{true, false} {
		server := oauthtest.Start(t, oauthtest.Rules{Rotate: rotate})
		a := signedIn(t, server)
		refused := aged(t, a)
		a.File.(*memory).full = errFull
		got, err := a.AccessToken(t.Context(), refused)
		if !errors.Is(err, errFull) || !got.IsZero() {
			t.Errorf("got %v", err)
		}
		check(t, server, err, outcome{Text: "keep the token: " + errFull.Error()})

		useKeyring(t, 1<<20)
		a = signedIn(t, server)
		refused = aged(t, a)
		lock()
		_, err = a.AccessToken(t.Context(), refused)
		if !errors.Is(err, errLocked) {
			t.Errorf("got %v", err)
		}
		check(t, server, err, outcome{Text: "keep the token: keyring: locked", Hint: "unlock the keyring, or " + again})
		if n := len(server.Requests("/token")); n != 2 {
			t.Errorf("%d requests, want those of the sign-ins only", n)
		}
	}
}

func TestKeyringThatHangs(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	useKeyring(t, 1<<20)
	a := signedIn(t, server)
	refused := aged(t, a)
	ctx, cancel := context.WithCancel(t.Context())
	keyring.store = func(ctx context.Context, _ string, _ secret.Secret) error {
		cancel()
		return ctx.Err()
	}
	if _, err := a.AccessToken(ctx, refused); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// whileAsked does something when a token is asked for.
func whileAsked(server *oauthtest.Server, do func()) {
	server.AddIntercept(func(http.ResponseWriter, *http.Request) bool {
		do()
		return false
	})
}

func TestFreshTokenGoesElsewhere(t *testing.T) {
	const used = ", and the old one is used up: "
	tests := []struct {
		name   string
		inFile bool
		spoil  func(a *Account)
		where  []string
		want   string
	}{
		{"full disk", true, func(a *Account) { a.File.(*memory).full = errFull }, []string{"keyring"}, ""},
		{"locked keyring", false, func(*Account) { lock() }, []string{"keyring", "file"}, ""},
		{
			"stale file that stays", true,
			func(a *Account) { a.File.(*memory).err = errDenied },
			[]string{"keyring", "file"},
			"the new refresh token can't be kept in /state/work.token" + used + "keep the token: " + errDenied.Error(),
		},
		{
			"neither, from the file", true,
			func(a *Account) { a.File.(*memory).full = errFull; lock() },
			[]string{"file"},
			"the new refresh token can't be kept in /state/work.token" + used + "keep the token: " + errFull.Error(),
		},
		{
			"neither, from the keyring", false,
			func(a *Account) { a.File.(*memory).full = errFull; lock() },
			[]string{"keyring"},
			"the new refresh token can't be kept in the keyring" + used + "keyring: locked",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := oauthtest.Start(t, oauthtest.Rules{Rotate: true})
			items := useKeyring(t, 1<<20)
			a := newAccount(t, server)
			a.KeepInFile = test.inFile
			if _, err := a.SignInByBrowser(t.Context(), visit(t), nil); err != nil {
				t.Fatal(err)
			}
			refused := aged(t, a)
			whileAsked(server, func() { test.spoil(a) })
			got, err := a.AccessToken(t.Context(), refused)
			if diff := cmp.Diff(test.where, places(a, items)); diff != "" {
				t.Error(diff)
			}
			if test.want != "" {
				check(t, server, err, outcome{Text: test.want, Hint: again})
				return
			}
			if err != nil || !access(t, a, secret.Secret{}).Equal(got) {
				t.Errorf("then: %v", err)
			}
		})
	}
}

func TestOldRefreshTokenThatStays(t *testing.T) {
	t.Parallel()
	server := oauthtest.Start(t, oauthtest.Rules{})
	a := signedIn(t, server)
	refused := aged(t, a)
	whileAsked(server, func() { a.File.(*memory).full = errFull })
	if got := access(t, a, refused); got.Equal(refused) || !kept(t, a).access.Equal(refused) {
		t.Error("it isn't asked for again by the next run")
	}
}

// signIns are all ways to sign in, which tell whether a person was asked.
var signIns = map[string]func(*testing.T, *Account) (asked bool, err error){
	"browser": func(t *testing.T, a *Account) (asked bool, err error) {
		_, err = a.SignInByBrowser(t.Context(), func(_, opener string) {
			asked = true
			visit(t)("", opener)
		}, nil)
		return asked, err
	},
	"device": func(t *testing.T, a *Account) (asked bool, err error) {
		synctest.Test(t, func(t *testing.T) {
			_, err = a.SignInByDevice(t.Context(), func(Device) { asked = true })
		})
		return asked, err
	},
}

func TestNoSignInWithoutAPlace(t *testing.T) {
	for name, signIn := range signIns {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.Start(t, oauthtest.Rules{Deny: true})
			a := newAccount(t, server)
			a.File.(*memory).full = errFull
			asked, err := signIn(t, a) // with a keyring that can't be reached
			if asked || !errors.Is(err, errFull) {
				t.Errorf("without a keyring: asked %v, %v", asked, err)
			}
			check(t, server, err, outcome{Text: "keep the token: " + errFull.Error()})

			useKeyring(t, 1<<20)
			if asked, err = signIn(t, a); !asked || errors.Is(err, errFull) {
				t.Errorf("with a keyring: asked %v, %v", asked, err)
			}
			a.KeepInFile = true
			if asked, err = signIn(t, a); asked || !errors.Is(err, errFull) {
				t.Errorf("into the file: asked %v, %v", asked, err)
			}
			a.KeepInFile, a.Lock = false, filepath.Join(t.TempDir(), "missing", "lock")
			if asked, err = signIn(t, a); asked || err == nil {
				t.Errorf("without the lock: asked %v, %v", asked, err)
			}
		})
	}
}

func TestSignInThatIsGivenUp(t *testing.T) {
	for name, signIn := range signIns {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.Start(t, oauthtest.Rules{})
			a := signedIn(t, server)
			file, before := a.File.(*memory), kept(t, a).access
			server.ChangeRules(func(r *oauthtest.Rules) { r.Deny = true })
			for _, exposed := range []error{nil, errors.New("others can read it")} {
				file.exposed = exposed
				if asked, err := signIn(t, a); !asked || err == nil {
					t.Errorf("asked %v, %v", asked, err)
				}
				file.exposed = nil
				if !access(t, a, secret.Secret{}).Equal(before) {
					t.Error("what was kept is lost")
				}
			}
			a.File = &memory{}
			if _, err := signIn(t, a); err == nil || a.File.(*memory).text != nil {
				t.Errorf("what was tried out stays: %v", err)
			}
		})
	}
}

func TestFileThatWasTriedOut(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	useKeyring(t, 1<<20)
	a := signedIn(t, server)
	a.File.(*memory).text = []byte("  \n ")
	if _, inFile, err := a.loadToken(t.Context()); err != nil || inFile {
		t.Errorf("in file %v, %v", inFile, err)
	}
}

func TestKeyringThatIsNotUnlocked(t *testing.T) {
	server := oauthtest.Start(t, oauthtest.Rules{})
	useKeyring(t, 1<<20)
	ctx, cancel := context.WithCancel(t.Context())
	keyring.lookup = func(ctx context.Context, _ string) (secret.Secret, error) {
		cancel()
		return secret.Secret{}, ctx.Err()
	}
	_, err := newAccount(t, server).SignInByDevice(ctx, func(Device) { t.Error("a person is asked") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
