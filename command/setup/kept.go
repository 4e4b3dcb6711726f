package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/store"
	"popfetch/store/durable"
)

// A kept is the password, and where its account will find it.
type kept struct {
	typed  secret.Secret    // if it was typed or piped in
	from   []config.Setting // where the account has it from
	where  string           // the same for a person; empty where it hasn't been put anywhere
	remove func()           // takes it away from there again
}

// keepPassword keeps the password of an account. It never takes the place of another
// one: that may belong to an account of the same name in another configuration.
func (s *setup) keepPassword(ctx context.Context, account config.Account, k kept, way byte) (kept, error) {
	k.remove = func() {}
	switch way {
	case wayKeyring:
		return keepInKeyring(ctx, account, k)
	case wayFile:
		return s.keepInFile(account.Name, k)
	}
	return k, nil
}

// An otherPasswordError says that the keyring has a password of that name.
type otherPasswordError struct{ name string }

// Error implements error.
func (e *otherPasswordError) Error() string {
	return fmt.Sprintf("another password is kept under the name %q", e.name)
}

// inKeyring reports whether the keyring has the password already.
func inKeyring(ctx context.Context, a config.Account, k kept) (bool, error) {
	there, err := a.Password.KeptPassword(ctx)
	switch {
	case errors.Is(err, secret.ErrNotFound):
		return false, nil
	case isError[*secret.OtherLoginError](err), err == nil && !there.Equal(k.typed):
		way := "choose another name for the account, or take that one out: popfetch password delete " + a.Name
		return false, &secret.Error{Source: "keyring", Err: &otherPasswordError{a.Name}, Way: way}
	}
	return err == nil, err
}

func keepInKeyring(ctx context.Context, a config.Account, k kept) (kept, error) {
	k.where = "in the keyring, which cron mostly can't reach"
	isThere, err := inKeyring(ctx, a, k)
	if err != nil {
		return k, err
	}
	if !isThere {
		k.remove = func() { _ = a.Password.ForgetPassword(context.WithoutCancel(ctx)) } // the first error is the one to tell
	}
	return k, a.Password.KeepPassword(ctx, k.typed)
}

// passwordFolder is beside the configuration, and only its owner can enter it.
const passwordFolder = "passwords"

// keepInFile writes the password into a new file that only its owner can read.
func (s *setup) keepInFile(account string, k kept) (kept, error) {
	failed := func(err error) (kept, error) {
		return kept{}, &store.Error{Op: "write the password", Err: err}
	}
	path, err := filepath.Abs(s.file.Path)
	if err != nil {
		return failed(err)
	}
	folder := filepath.Join(filepath.Dir(path), passwordFolder)
	dir, _, err := durable.MakeDir(folder)
	if err != nil {
		return failed(err)
	}
	defer dir.Close()
	if info, err := os.Stat(folder); err == nil && secret.IsExposed(info) {
		err = fmt.Errorf("others can enter %s (mode %#o): chmod 700 it", folder, info.Mode().Perm())
		return kept{}, &secret.Error{Source: "password_file", Err: err}
	}
	name, err := fillNew(dir, account, k.typed.Reveal()+"\n")
	if err != nil {
		return failed(err)
	}
	k.from = []config.Setting{{Key: "password_file", Value: passwordFolder + "/" + name}}
	k.where = "in " + config.HomelyPath(dir.Path(name))
	k.remove = func() { _ = os.Remove(filepath.Join(folder, name)) } // the first error is the one to tell
	return k, nil
}

// fillNew writes a text into a new file, of that name or, where there is a file
// already, of one with a number. A crash leaves a file that nothing names.
func fillNew(dir *durable.Dir, wanted, text string) (name string, err error) {
	name = wanted
	f, err := dir.Create(name)
	for n := 2; errors.Is(err, fs.ErrExist); n++ {
		name = fmt.Sprintf("%s-%d", wanted, n)
		f, err = dir.Create(name)
	}
	if err != nil {
		return "", err
	}
	if _, err = io.WriteString(f, text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = dir.Sync(".")
	}
	if err != nil {
		_ = dir.Remove(name) // the first error is the one to tell
	}
	return name, err
}
