package store

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"popfetch/store/hint"
)

func TestPlace(t *testing.T) {
	place := MakePlace("kind", "a", "b", "c d e")
	fields, err := SplitPlace(place, "kind", 3)
	if err != nil || strings.Join(fields, "|") != "a|b|c d e" {
		t.Errorf("%q was split into %q (%v)", place, fields, err)
	}
	for _, other := range []string{"", "kind", "kind a b", "kinds a b c", "other a b c"} {
		fields, err := SplitPlace(other, "kind", 3)
		foreign := (*PlaceError)(nil)
		if !errors.As(err, &foreign) || foreign.Place != other || foreign.Hint() == "" {
			t.Errorf("%q was split into %q (%v)", other, fields, err)
		}
	}
}

func TestFormer(t *testing.T) {
	err := FormerError("maildir /a", syscall.ELOOP)
	if !strings.Contains(err.Error(), "maildir /a: ") || !errors.Is(err, syscall.ELOOP) || hint.Of(err) == "" {
		t.Errorf("the error is %v", err)
	}
	inner := &PlaceError{}
	if hint.Of(FormerError("mbox /a", inner)) != inner.Hint() {
		t.Error("the cause knows the way out, and isn't asked")
	}
	for _, gone := range []error{syscall.ENOENT, syscall.ENOTDIR} {
		if !IsGone(&os.PathError{Op: "open", Path: "/a", Err: gone}) {
			t.Errorf("%v isn't gone", gone)
		}
	}
	if IsGone(err) || IsGone(nil) {
		t.Error("what can't be looked into is gone")
	}
	if kind := PlaceKind("maildir a b"); kind != "maildir" {
		t.Errorf("the kind is %q", kind)
	}
}

func TestError(t *testing.T) {
	err := error(&Error{Op: "write to maildir ~/Mail", Err: io.ErrShortWrite})
	if err.Error() != "write to maildir ~/Mail: short write" || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("the error is %v", err)
	}
}
