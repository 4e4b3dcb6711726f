package config

import "strings"

// maxName bounds an account's name: it becomes a file name.
const maxName = 64

// CheckName says what is wrong with an account's name, if anything.
func CheckName(name string) error {
	const hint = "use letters, digits and . _ - @ +, at most 64, not beginning with . or -"
	switch {
	case name == "":
		return fault{"an account without a name", hint}
	case len(name) > maxName:
		return fault{"a name that is too long", hint}
	case readableName(name) != name || name[0] == '.' || name[0] == '-':
		return fault{"a name that can't be a file name", hint}
	}
	return nil
}

// isNameByte reports whether an account's name may contain a byte.
func isNameByte(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("._-@+", c) >= 0
}

// readableName cuts a key or a name of the file before the first byte that none
// has. What follows may be a password whose key lacks the space behind its
// colon, or a URL with one.
func readableName(name string) string {
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return name[:i] + "…"
		}
	}
	return name
}
