package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// mask is what a Secret shows instead of itself, whatever its length.
const mask = "***"

// A Secret is a text that shows *** in every format and encoding. The zero
// value is no secret at all.
//
// The text hides behind a function, because package fmt can't call Format on
// an unexported field and would print its content, but of a function it
// prints no more than an address. It also makes == on secrets an error of
// compilation; Equal compares them in constant time.
type Secret struct {
	reveal func() string
}

// New makes a Secret of any text. Parse is for text from outside.
func New(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{func() string { return text }}
}

// Parse makes a Secret of a text from outside, which must be able to travel
// in a line of the protocol: not empty, and without line ends and NUL. The
// error doesn't show the text.
func Parse(text string) (Secret, error) { return parseAs("password", text) }

// parseAs is Parse for what isn't a password.
func parseAs(what, text string) (Secret, error) {
	switch {
	case text == "":
		return Secret{}, fmt.Errorf("the %s is empty", what)
	case strings.ContainsAny(text, "\r\n"):
		return Secret{}, fmt.Errorf("the %s contains a line end", what)
	case strings.ContainsRune(text, 0):
		return Secret{}, fmt.Errorf("the %s contains a NUL byte", what)
	}
	return New(text), nil
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether both hold the same text, in a time that doesn't
// depend on where they differ.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// Format implements fmt.Formatter, which package fmt asks before anything
// else, for every verb.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, mask) }

// String implements fmt.Stringer.
func (s Secret) String() string { return mask }

// MarshalText implements encoding.TextMarshaler, which JSON, YAML and XML use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(mask) }
