package command

import (
	"context"
	"errors"
	"testing"

	"popfetch/config/secret"
)

// TestAnswers asks once, again when the answer was wrong, and each time where the
// program doesn't stay.
func TestAnswers(t *testing.T) {
	asked, failing := 0, errors.New("no terminal")
	ask := func(context.Context, string) (secret.Secret, error) {
		asked++
		if asked == 1 {
			return secret.Secret{}, failing
		}
		return secret.New("typed"), nil
	}
	read := func(a *answers, account string, want int) {
		t.Helper()
		password, err := a.promptOnce(account, ask)(t.Context(), "?")
		if want == 1 {
			if !errors.Is(err, failing) {
				t.Errorf("got %v", err)
			}
		} else if err != nil || password.Reveal() != "typed" {
			t.Errorf("got %q, %v", password.Reveal(), err)
		}
		if asked != want {
			t.Errorf("asked %d times, not %d", asked, want)
		}
	}
	stays := &answers{}
	read(stays, "work", 1)
	read(stays, "work", 2)
	read(stays, "work", 2)
	read(stays, "home", 3)
	stays.forget("work")
	read(stays, "home", 3)
	read(stays, "work", 4)
	var once *answers
	read(once, "work", 5)
	once.forget("work")
	read(once, "work", 6)
}
