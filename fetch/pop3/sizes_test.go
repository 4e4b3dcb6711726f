package pop3

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSizes asks for some sizes, of which the server refuses one and lies
// about others.
func TestSizes(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: LIST 2
		C: LIST 5
		C: LIST 7
		C: LIST 9
		S: +OK 2 200
		S: -ERR no such message
		S: +OK
		S: +OK 9 many
		C: NOOP
		S: +OK`)
	var got []string
	for item, err := range c.Sizes(slices.Values([]int{2, 5, 7, 9})) {
		got = append(got, fmt.Sprint(item.Number, " ", item.Size, " ", errors.As(err, new(*Error))))
	}
	if diff := cmp.Diff([]string{"2 200 false", "5 -1 true", "7 -1 false", "9 -1 false"}, got); diff != "" {
		t.Error(diff)
	}
	if err := c.Noop(); err != nil {
		t.Errorf("out of step: %v", err)
	}
}

// TestUniqueIDs has each line as it comes, and CAPA together with UIDL.
func TestUniqueIDs(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: CAPA
		C: UIDL
		S: +OK
		S: SASL PLAIN
		S: UIDL
		S: .
		S: +OK
		S: 2 b
		S: 1 a
		S: 2 b
		S: -ERR no more`)
	var got []string
	err := c.UniqueIDs(true, func(number int, uid []byte) { got = append(got, fmt.Sprint(number, " ", string(uid))) }, nil)
	garbled := (*ProtocolError)(nil)
	if !errors.As(err, &garbled) || garbled.Command != "UIDL" {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff([]string{"2 b", "1 a", "2 b"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"SASL PLAIN", "UIDL"}, c.Announced().Lines()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(c.Announced(), NewCapabilities(c.Announced().Lines()...)); diff != "" {
		t.Error(diff)
	}
}
