package server

import (
	"errors"
	"fmt"
	"testing"
)

// A harness is the testing.TB that dovecottest asks for, outside a test. It has the methods that
// are called there; any other one panics.
type harness struct {
	testing.TB // nil
	cleanups   []func()
	failed     bool
}

// A failure is what Fatal panics with; see try.
type failure struct{ error }

func (*harness) Helper() {}

func (h *harness) Cleanup(f func()) { h.cleanups = append(h.cleanups, f) }

func (h *harness) Failed() bool { return h.failed }

func (h *harness) Skip(args ...any) { h.Fatal(args...) }

func (h *harness) Fatal(args ...any) {
	h.failed = true
	panic(failure{errors.New(fmt.Sprint(args...))})
}

func (h *harness) Fatalf(format string, args ...any) { h.Fatal(fmt.Sprintf(format, args...)) }

func (h *harness) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (h *harness) Logf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// try runs what may fail by the harness.
func try(do func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			err = r.error
		default:
			panic(r)
		}
	}()
	do()
	return nil
}

// end runs the cleanups, the last one first.
func (h *harness) end() {
	for len(h.cleanups) > 0 {
		last := len(h.cleanups) - 1
		f := h.cleanups[last]
		h.cleanups = h.cleanups[:last]
		f()
	}
}
