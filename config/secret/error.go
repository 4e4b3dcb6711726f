package secret

import "errors"

// Sentinels that a caller may want to tell apart.
var (
	// ErrNotFound says that the keyring answered and holds no such item.
	ErrNotFound = errors.New("not in the keyring")

	// ErrNoTerminal says that there is nobody to ask.
	ErrNoTerminal = errors.New("no terminal to ask on")

	// ErrNoAnswer says that the person ended the input instead.
	ErrNoAnswer = errors.New("no answer")
)

// The ways out for an account whose password is nowhere. One that is named by
// URL has no configuration.
const (
	choices = "give it a password_command, password_file or password_env, " +
		"or keep it in the keyring with: popfetch password set ACCOUNT"
	choicesByURL = "give it in the variable " + urlVariable + ", " +
		"or keep it in the keyring with: popfetch password set URL"
)

// An Error says which source failed and why, and never what it held.
type Error struct {
	Source string // the source as the configuration calls it, such as "password_file /run/pw"
	Err    error  // why it failed
	Way    string // the way out, if there is one
}

// Error implements error.
func (e *Error) Error() string { return e.Source + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns the way out for a person, or nothing.
func (e *Error) Hint() string { return e.Way }
