package secret

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// service is the name under which the keyring keeps our items.
const service = "popfetch"

// keyringWait is how long the keyring may take: enough for a person to type
// the passphrase that unlocks it, and an end when nobody sits there.
const keyringWait = time.Minute

// A vault is what we need of a keyring. None of its calls takes a context.
type vault interface {
	Get(service, item string) (string, error)
	Set(service, item, text string) error
	Delete(service, item string) error
}

// system is the keyring of the person's session. Overridden by tests.
var system vault = sessionKeyring{}

// LookupItem reads an item from the system's keyring. An item is named after its
// account. The error is ErrNotFound, an *Error or the context's own.
func LookupItem(ctx context.Context, item string) (Secret, error) {
	text, err := callKeyring(ctx, func(v vault) (string, error) { return v.Get(service, item) })
	return New(text), err
}

// StoreItem keeps an item in the system's keyring, in the place of an older one.
func StoreItem(ctx context.Context, item string, text Secret) error {
	_, err := callKeyring(ctx, func(v vault) (string, error) { return "", v.Set(service, item, text.Reveal()) })
	return err
}

// RemoveItem takes an item out of the system's keyring. The error is ErrNotFound
// when it wasn't there.
func RemoveItem(ctx context.Context, item string) error {
	_, err := callKeyring(ctx, func(v vault) (string, error) { return "", v.Delete(service, item) })
	return err
}

// callKeyring bounds a call of the keyring by the context and by keyringWait. A
// call that is late goes on in its goroutine until the keyring answers, and
// its result is dropped.
func callKeyring(ctx context.Context, call func(vault) (string, error)) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, keyringWait)
	defer cancel()
	type result struct {
		text string
		err  error
	}
	done, asked := make(chan result, 1), system
	go func() {
		text, err := recoverPanic(func() (string, error) { return call(asked) })
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, explainError(r.err)
	case <-waiting.Done():
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &Error{"keyring", fmt.Errorf("no answer within %v", keyringWait), "unlock it, or use password_command or password_file"}
	}
}

// recoverPanic runs a call of the keyring. The library panics when the session bus
// hangs up while a person is asked to unlock.
func recoverPanic(call func() (string, error)) (text string, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it hung up")
		}
	}()
	return call()
}

// explainError gives an error of the keyring its words and its way out.
func explainError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &Error{"keyring", errors.New("this build has none"), "use password_command or password_file"}
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return &Error{"keyring", errors.New("the text is too long for it"), "use password_command or password_file"}
	}
	return &Error{"keyring", err, "use password_command or password_file, or run it in a desktop session"}
}

// sessionKeyring is the keyring that go-keyring finds.
type sessionKeyring struct{}

// Get implements vault.
func (sessionKeyring) Get(service, item string) (string, error) {
	if err := checkReachable(); err != nil {
		return "", err
	}
	return keyring.Get(service, item)
}

// Set implements vault.
func (sessionKeyring) Set(service, item, text string) error {
	if err := checkReachable(); err != nil {
		return err
	}
	return keyring.Set(service, item, text)
}

// Delete implements vault.
func (sessionKeyring) Delete(service, item string) error {
	if err := checkReachable(); err != nil {
		return err
	}
	return keyring.Delete(service, item)
}
