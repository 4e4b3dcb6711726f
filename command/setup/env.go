package setup

import (
	"context"
	"errors"
	"net/url"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
)

// Env is what a setup needs of the program.
type Env struct {
	*term.UI
	ConfigFile            func() (path string, err error)
	ConfigFlag, StateFlag string // where they are, if the command line says so

	ReportError  func(account string, err error) error // prints an error, and returns it marked as printed
	Stdin        func(context.Context) (secret.Secret, error)
	ProxyURL     func(config.Account) *url.URL               // nil where it has no proxy
	Reach        func(context.Context, config.Account) error // finds out whether its server answers as it should
	LogIn        func(context.Context, config.Account) error // logs in once, and tells what is there
	CheckMailbox func(context.Context, config.Account) error // finds out whether it could be written
	HasLedger    func(account string) bool
	Lock         func(context.Context) (release func(), err error) // keeps other runs from writing meanwhile
}

// A FileError is about the configuration as a whole, or what an account would
// make of it.
type FileError struct {
	Err error
	Way string // out of it, or empty
}

// Error implements error.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// Hint tells the way out, where there is one.
func (e *FileError) Hint() string { return e.Way }

func isError[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
