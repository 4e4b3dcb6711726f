package oauth

import (
	"bytes"
	"context"
	"errors"
	"io/fs"

	"popfetch/config/secret"
)

// trialSize is how much a file is tried out with: about what a token takes,
// since for nothing at all there is room on a full disk.
const trialSize = 8 << 10

// prepareSignIn finds out whether what a sign-in brings can be kept, before a person
// is sent to the provider. The lock is let go again meanwhile: a person may
// take longer than other runs wait for it.
func (a *Account) prepareSignIn(ctx context.Context) error {
	release, err := a.acquireLock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !a.KeepInFile {
		_, err := keyring.lookup(ctx, a.Item)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, errors.Is(err, secret.ErrNotFound):
			return nil // It can be reached.
		}
	}
	return ofFile("keep the token", a.tryFile())
}

// tryFile writes the file: again what it holds, or else blanks, which loadToken
// takes for nothing if they stay. One that can't be read is left alone, since
// the person may think better of it.
func (a *Account) tryFile() error {
	text, err := a.File.Read()
	switch {
	case err == nil:
		return a.File.Replace(text)
	case !errors.Is(err, fs.ErrNotExist):
		return nil
	}
	if err := a.File.Replace(bytes.Repeat([]byte(" "), trialSize)); err != nil {
		return err
	}
	return a.File.Remove()
}

// proveWritable keeps a token once more where it is. A place that can't be written is
// to be found out while its refresh token isn't used up.
func (a *Account) proveWritable(ctx context.Context, kept token, inFile bool) error {
	if inFile {
		return a.keepInFile(kept)
	}
	err := a.keepInKeyring(ctx, kept)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &Error{
		text: "keep the token: " + err.Error(),
		way:  "unlock the keyring, or " + a.signInAgain(), err: err,
	}
}
