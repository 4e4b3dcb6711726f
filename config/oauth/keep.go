package oauth

import (
	"bytes"
	"context"
	"errors"
	"io/fs"

	"popfetch/config/secret"
)

// keepNew puts away the token of a new sign-in: in the keyring, or else in the
// file. An older one in the other place doesn't stay.
func (a *Account) keepNew(ctx context.Context, t token) (Kept, error) {
	release, err := a.acquireLock(ctx)
	if err != nil {
		return Kept{}, err
	}
	defer release()
	kept := Kept{NoRefresh: t.refresh.IsZero(), Expires: t.expires}
	if !a.KeepInFile {
		kept.Why = a.keepInKeyring(ctx, t)
		if ctx.Err() != nil {
			return Kept{}, ctx.Err()
		}
		if kept.Why == nil {
			return kept, a.clearFile()
		}
	}
	kept.InFile, kept.Path = true, a.File.Path()
	if err := a.keepInFile(t); err != nil {
		return Kept{}, err
	}
	if a.KeepInFile {
		// Where that fails, what is left there does no harm: the file is read first.
		_ = keyring.remove(ctx, a.Item)
	}
	return kept, nil
}

// keepInFile keeps a token in the file.
func (a *Account) keepInFile(t token) error {
	text, err := a.encodeToken(t)
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

// keepFresh puts a token where its predecessor was, or else in the other
// place. A run that ends meanwhile keeps it all the same. Where it can't be
// kept and the old refresh token still stands, the next run does the same
// again, so that nobody needs to know.
func (a *Account) keepFresh(ctx context.Context, old, fresh token, inFile bool) error {
	ctx = context.WithoutCancel(ctx)
	where, keep := "the keyring", func() error { return a.keepInKeyring(ctx, fresh) }
	if inFile {
		where, keep = a.File.Path(), func() error { return a.keepInFile(fresh) }
	}
	err := keep()
	if err == nil || fresh.refresh.Equal(old.refresh) || a.keepElsewhere(ctx, fresh, inFile) {
		return nil
	}
	return &Error{
		text: "the new refresh token can't be kept in " + where + ", and the old one is used up: " + err.Error(),
		way:  a.signInAgain(), err: err,
	}
}

// keepElsewhere puts a token in the place where its predecessor wasn't, and
// reports whether it will be found there: an older one in the file would be
// read before the one in the keyring.
func (a *Account) keepElsewhere(ctx context.Context, t token, inFile bool) bool {
	if inFile {
		return a.keepInKeyring(ctx, t) == nil && a.clearFile() == nil
	}
	return a.keepInFile(t) == nil
}

// loadToken reads the token that is kept, and tells where: the file if it's there,
// else the keyring. A blank file was only tried out.
func (a *Account) loadToken(ctx context.Context) (t token, inFile bool, err error) {
	text, err := a.File.Read()
	switch {
	case err == nil && len(bytes.TrimSpace(text)) > 0:
		t, err = a.decodeToken(text, a.File.Path())
		return t, true, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
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
	t, err = a.decodeToken([]byte(item.Reveal()), "the keyring")
	return t, false, err
}

// Forget takes the token out of the keyring and of the file. The error wraps
// secret.ErrNotFound when it was nowhere.
func (a *Account) Forget(ctx context.Context) error {
	release, err := a.acquireLock(ctx)
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
