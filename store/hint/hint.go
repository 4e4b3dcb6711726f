package hint

import (
	"errors"
	"fmt"
)

// An Error is an error with a way out.
type Error struct {
	Text string
	Way  string // for a person, or empty
	Err  error  // the cause, which Text needn't tell; or nil
}

// Error implements error.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns the way out.
func (e *Error) Hint() string { return e.Way }

// Errorf returns an error with a way out, whose text and cause are those of
// fmt.Errorf.
func Errorf(way, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{err.Error(), way, err}
}

// Of returns the first way out that an error, or one that it wraps, knows, or
// nothing.
func Of(err error) string {
	for err != nil {
		own, ok := errors.AsType[interface {
			error
			Hint() string
		}](err)
		if !ok {
			return ""
		}
		if way := own.Hint(); way != "" {
			return way
		}
		err = errors.Unwrap(own)
	}
	return ""
}

// Temporary returns the error as one after which the same may well succeed later.
func Temporary(err error) error { return temporary{err} }

type temporary struct{ error }

// Temporary tells so, as net.Error has it.
func (temporary) Temporary() bool { return true }

// Unwrap returns the error itself.
func (e temporary) Unwrap() error { return e.error }
