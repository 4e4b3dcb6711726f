package secret

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// loginService is the service under which the keyring keeps, by the name of each
// account, whose password it has of it: user@host. That is an item of its own, so
// that the password's holds the password and nothing else, for whatever program
// reads it.
const loginService = "popfetch login"

// An OtherLoginError says that the keyring has the password of another user, or
// for another server. An account whose server was changed, by whomever, doesn't
// take it there.
type OtherLoginError struct{ Kept, Login string }

func (e *OtherLoginError) Error() string {
	return fmt.Sprintf("the password there is for %s, and the account is now %s", e.Kept, e.Login)
}

// KeepPassword puts the password of the account into the keyring, in the place of an
// older one. Whom it is for comes last: a run that dies in between leaves a
// password that goes to nobody new.
func (s Source) KeepPassword(ctx context.Context, password Secret) error {
	err := StoreItem(ctx, s.Account, password)
	if err == nil {
		_, err = callKeyring(ctx, func(v vault) (string, error) { return "", v.Set(loginService, s.Account, s.Login) })
	}
	return err
}

// KeptPassword returns the password that the keyring has of the account. One that was
// kept by another program, or before there was an item of its login, is for
// any. The error is ErrNotFound, an *Error that may wrap an *OtherLoginError, or
// the context's own.
func (s Source) KeptPassword(ctx context.Context) (Secret, error) {
	password, err := LookupItem(ctx, s.Account)
	if err != nil {
		return Secret{}, err
	}
	login, err := callKeyring(ctx, func(v vault) (string, error) { return v.Get(loginService, s.Account) })
	if errors.Is(err, ErrNotFound) || err == nil && isSameLogin(login, s.Login) {
		return password, nil
	}
	if err != nil {
		return Secret{}, err
	}
	way := "if that is right, keep the password again: popfetch password set " + s.Account
	return Secret{}, &Error{"keyring", &OtherLoginError{login, s.Login}, way}
}

// ForgetPassword takes the password of the account out of the keyring. The error is
// ErrNotFound when it wasn't there.
func (s Source) ForgetPassword(ctx context.Context) error {
	err := RemoveItem(ctx, s.Account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	_, loginErr := callKeyring(ctx, func(v vault) (string, error) { return "", v.Delete(loginService, s.Account) })
	if err == nil && !errors.Is(loginErr, ErrNotFound) {
		err = loginErr
	}
	return err
}

// isSameLogin compares user@host; the case of a host's letters means nothing.
func isSameLogin(a, b string) bool {
	i, j := strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@')
	return i == j && i >= 0 && a[:i] == b[:j] && strings.EqualFold(a[i:], b[j:])
}
