package command

import (
	"context"
	"sync"

	"popfetch/config/secret"
)

// answers keep the passwords that a person typed, for a program that stays and
// would ask again for each sync. Nil answers keep nothing.
type answers struct {
	mu    sync.Mutex
	known map[string]secret.Secret // by account
}

// promptOnce returns what asks for an account's password, once.
func (a *answers) promptOnce(account string, ask secret.Prompt) secret.Prompt {
	if a == nil {
		return ask
	}
	return func(ctx context.Context, question string) (secret.Secret, error) {
		a.mu.Lock()
		password, ok := a.known[account]
		a.mu.Unlock()
		if ok {
			return password, nil
		}
		password, err := ask(ctx, question)
		if err != nil {
			return password, err
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.known == nil {
			a.known = map[string]secret.Secret{}
		}
		a.known[account] = password
		return password, nil
	}
}

// forget has the password asked for again: it was the wrong one.
func (a *answers) forget(account string) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, account)
}
