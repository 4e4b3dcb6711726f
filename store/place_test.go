package store

import (
	"errors"
	"io"
	"strings"
	"testing"
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

func TestError(t *testing.T) {
	err := error(&Error{Op: "write to maildir ~/Mail", Err: io.ErrShortWrite})
	if err.Error() != "write to maildir ~/Mail: short write" || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("the error is %v", err)
	}
}
