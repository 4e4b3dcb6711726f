package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"syscall"

	"github.com/gofrs/flock"

	"popfetch/config"
	"popfetch/config/oauth"
	"popfetch/config/secret"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/trusted"
)

// tokenOf returns what gets the account's access tokens, or nil if it logs in
// by something else.
func (p *program) tokenOf(a account) func(ctx context.Context, refused string) (string, error) {
	switch {
	case a.OAuth == nil:
		return nil
	case a.OAuth.TokenCommand != "":
		return func(ctx context.Context, _ string) (string, error) {
			defer p.YieldTerminal()()
			token, err := secret.FromCommand(ctx, "token_command", "access token", a.OAuth.TokenCommand)
			return token.Reveal(), err
		}
	}
	return func(ctx context.Context, refused string) (string, error) {
		signIn, err := p.signIn(a)
		if err != nil {
			return "", err
		}
		token, err := signIn.AccessToken(ctx, secret.New(refused))
		return token.Reveal(), err
	}
}

// signIn is the account's sign-in at its provider.
func (p *program) signIn(a account) (*oauth.Account, error) {
	state, err := p.openState()
	if err != nil {
		return nil, err
	}
	file := &tokenFile{state, a.Name + ".token"}
	// There is one keyring for all state folders. No ledger has such a name.
	lock, err := commonLock(state, a.Name+".token-lock")
	if err != nil {
		return nil, err
	}
	return &oauth.Account{
		Settings: oauth.Settings{
			Provider: a.OAuth.Provider, AuthURL: a.OAuth.AuthURL, TokenURL: a.OAuth.TokenURL, DeviceURL: a.OAuth.DeviceURL,
			ClientID: a.OAuth.ClientID, ClientSecret: a.OAuth.ClientSecret, Scopes: a.OAuth.Scopes,
			Login: a.User, Proxy: proxyURL(a),
		},
		Server: a.Host, Item: a.Name + "/oauth", File: file, Lock: lock,
		Command: "popfetch login " + a.Name,
	}, nil
}

// commonLock is a file by which runs keep off each other that may have state
// folders of their own: in the usual one where that can be had, and has locks.
func commonLock(state *durable.Dir, name string) (string, error) {
	usual, err := config.StateDir()
	if err != nil {
		return state.Path(name), nil
	}
	dir, _, err := durable.MakeDir(usual)
	if err != nil {
		return state.Path(name), nil
	}
	path := dir.Path(name)
	if !canLockAt(path) {
		path = state.Path(name)
	}
	return path, dir.Close()
}

// canLockAt reports whether a file can be locked, as far as the file system says.
func canLockAt(path string) bool {
	lock := flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	defer lock.Close()
	_, err := lock.TryRLock()
	return !errors.Is(err, syscall.ENOLCK) && !errors.Is(err, errors.ErrUnsupported)
}

// proxyURL is the account's proxy for what speaks HTTP, or nil.
func proxyURL(a account) *url.URL {
	if a.Proxy == nil {
		return nil
	}
	proxy := &url.URL{Scheme: "socks5h", Host: a.Proxy.Address}
	if a.Proxy.User != "" {
		proxy.User = url.UserPassword(a.Proxy.User, a.Proxy.Password.Reveal())
	}
	return proxy
}

// maxToken bounds what is read of a token's file, in bytes.
const maxToken = 64 << 10

// A tokenFile keeps an account's token in the state folder.
type tokenFile struct {
	dir  *durable.Dir
	name string
}

// Read implements oauth.File. A file that others can read is as good as given
// away.
func (t *tokenFile) Read() ([]byte, error) {
	f, err := t.dir.Open(t.name)
	if err != nil {
		return nil, ofToken("read", err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, ofToken("read", err)
	case !info.Mode().IsRegular():
		return nil, &secret.Error{Source: t.Path(), Err: errors.New("not a regular file")}
	case trusted.IsShown(info):
		err := fmt.Errorf("others can read it (mode %#o): sign in again, or chmod 600 it", info.Mode().Perm())
		return nil, &secret.Error{Source: t.Path(), Err: err}
	}
	text, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	if err == nil && len(text) > maxToken {
		err = errors.New(t.Path() + ": too long for a token")
	}
	return text, ofToken("read", err)
}

// ofToken says that it is a file of ours that can't be read or written.
func ofToken(op string, err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &store.Error{Op: op + " the token", Err: err}
}

// Replace implements oauth.File.
func (t *tokenFile) Replace(text []byte) error {
	return ofToken("write", t.dir.Replace(t.name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}))
}

// Remove implements oauth.File.
func (t *tokenFile) Remove() error {
	err := t.dir.Remove(t.name)
	if err == nil {
		err = t.dir.Sync(".")
	}
	return ofToken("remove", err)
}

// Path implements oauth.File.
func (t *tokenFile) Path() string { return t.dir.Path(t.name) }
