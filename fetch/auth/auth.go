package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"popfetch/fetch/pop3"
)

// Credentials are who logs in and by what.
type Credentials struct {
	User string
	// Password is asked once, after the mechanism is chosen and only if it
	// needs one. It may take as long as a person needs.
	Password func(context.Context) (string, error)
	// Mechanism is the account's choice, or Auto, for which empty stands too.
	Mechanism string
	// Protected says that what is sent can't be read on the way, or that the
	// account doesn't mind.
	Protected bool
}

// Auto stands for the best mechanism that the server offers.
const Auto = "auto"

// A LoginError says that no login came about.
type LoginError struct {
	Mechanism string // empty if none could be chosen
	Err       error
	hint      string
}

func (e *LoginError) Error() string {
	if e.Mechanism == "" {
		return "login: " + e.Err.Error()
	}
	return fmt.Sprintf("login by %s: %v", e.Mechanism, e.Err)
}

func (e *LoginError) Unwrap() error { return e.Err }

// Hint tells the way out, where there is one.
func (e *LoginError) Hint() string { return e.hint }

// Login logs in and returns the name of the mechanism that did it. An error
// other than a *LoginError means that the connection is dead, or that the
// password couldn't be had.
func Login(ctx context.Context, c *pop3.Client, credentials Credentials) (string, error) {
	m, err := choose(c.Announced(), credentials)
	if err != nil {
		return "", err
	}
	if err := sendable(m.name, "user name", credentials.User); err != nil {
		return "", err
	}
	password, err := credentials.Password(ctx)
	if err != nil {
		return "", err
	}
	if err := sendable(m.name, "password", password); err != nil {
		return "", err
	}
	err = m.login(c, credentials.User, password)
	if refused, ok := errors.AsType[*pop3.Error](err); ok {
		return "", &LoginError{Mechanism: m.name, Err: err, hint: refusalHint(refused)}
	}
	if _, ok := errors.AsType[*pop3.MechanismError](err); ok {
		return "", &LoginError{Mechanism: m.name, Err: err}
	}
	if err != nil {
		return "", err
	}
	return m.name, nil
}

// Offers reports whether a server with these capabilities offers the mechanism
// of that name.
func Offers(caps pop3.Capabilities, name string) bool {
	i := slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.name == name })
	return i >= 0 && mechanisms[i].offered(caps)
}

// sendable refuses what could speak to the server in the user's name. Some
// mechanisms could carry it, but nobody has such a password on purpose.
func sendable(mechanism, what, text string) error {
	if !strings.ContainsAny(text, "\r\n\x00") {
		return nil
	}
	return &LoginError{
		Mechanism: mechanism,
		Err:       fmt.Errorf("the %s holds a line break or a NUL, which can't be sent", what),
	}
}

func refusalHint(refused *pop3.Error) string {
	switch refused.Code {
	case pop3.CodeInUse:
		return "another program is reading this maildrop; try again when it has ended"
	case pop3.CodeLoginDelay, pop3.CodeSysTemp:
		return "try again later"
	case pop3.CodeSysPerm:
		return "ask the provider; trying again won't help"
	default:
		return "check user and password; some providers want POP switched on in their settings, or an app password"
	}
}
