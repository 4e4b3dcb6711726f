package oauth

import (
	"context"
	"errors"
	"io/fs"

	"popfetch/config/secret"
)

// keep puts away the token of a new sign-in: in the keyring, or else in the
// file. An older one in the other place doesn't stay.
func (a *Account) keep(ctx context.Context, t token) (Kept, error) {
	release, err := a.acquire(ctx)
	if err != nil {
		return Kept{}, err
	}
	defer release()
	kept := Kept{NoRefresh: t.refresh.IsZero(), Expires: t.expires}
	if !a.KeepInFile {
		kept.Why = a.toKeyring(ctx, t)
		if ctx.Err() != nil {
			return Kept{}, ctx.Err()
		}
		if kept.Why == nil {
			return kept, a.clearFile()
		}
	}
	kept.InFile, kept.Path = true, a.File.Path()
	if err := a.toFile(t); err != nil {
		return Kept{}, err
	}
	if a.KeepInFile {
		// Where that fails, what is left there does no harm: the file is read first.
		_ = keyring.remove(ctx, a.Item)
	}
	return kept, nil
}

// toFile keeps a token in the file.
func (a *Account) toFile(t token) error {
	text, err := a.encode(t)
	if err == nil {
		err = a.File.Replace(text)
	}
	return ofFile("keep the token", err)
}

// clearFile takes an older token out of the file, which would be read before
// the one in the keyring.
func (a *Account) clearFile() error {
	err := a.File.Remove()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return ofFile("remove the older token", err)
}

// load reads the token that is kept, and tells where: the file if it's there,
// else the keyring.
func (a *Account) load(ctx context.Context) (t token, inFile bool, err error) {
	text, err := a.File.Read()
	switch {
	case err == nil:
		t, err = a.decode(text, a.File.Path())
		return t, true, err
	case !errors.Is(err, fs.ErrNotExist):
		return token{}, true, ofFile("read the token", err)
	}
	item, err := keyring.lookup(ctx, a.Item)
	switch {
	case ctx.Err() != nil:
		return token{}, false, ctx.Err()
	case errors.Is(err, secret.ErrNotFound):
		return token{}, false, a.signedOut(err)
	case err != nil:
		return token{}, false, a.noKeyring(err)
	}
	t, err = a.decode([]byte(item.Reveal()), "the keyring")
	return t, false, err
}

// Forget takes the token out of the keyring and of the file. The error wraps
// secret.ErrNotFound when it was nowhere.
func (a *Account) Forget(ctx context.Context) error {
	release, err := a.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	ofKeyring, inFile := keyring.remove(ctx, a.Item), a.File.Remove()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case inFile != nil && !errors.Is(inFile, fs.ErrNotExist):
		return ofFile("remove the token", inFile)
	case inFile == nil, ofKeyring == nil:
		// A keyring that can't be reached wasn't where the token was read from.
		return nil
	case errors.Is(ofKeyring, secret.ErrNotFound):
		return a.signedOut(ofKeyring)
	default:
		return a.noKeyring(ofKeyring)
	}
}

// noKeyring is the error where the token could only be in a keyring that
// can't be asked. To sign in again is a way out: the token then goes to the
// file.
func (a *Account) noKeyring(err error) error {
	return &Error{
		text: "not signed in (" + err.Error() + ")",
		way:  "sign in with: " + a.Command, err: err, refused: true,
	}
}

// ofFile says what a file of ours was wanted for. The file's error names it.
func ofFile(what string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{text: what + ": " + err.Error(), err: err}
}
