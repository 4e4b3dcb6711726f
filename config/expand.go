package config

import (
	"os"
	"path/filepath"
	"strings"
)

// expandPath opens ~ and variables in a path, and takes a relative one from
// folder. What a variable holds isn't opened again.
func expandPath(text, folder string) (string, error) {
	prefix := ""
	if rest, isHome := strings.CutPrefix(text, "~"); isHome {
		if rest != "" && !os.IsPathSeparator(rest[0]) {
			return "", fault{"~ with a user name", "write the whole path of another's home"}
		}
		home, err := homeDir()
		if err != nil {
			return "", fault{err.Error(), "write the whole path"}
		}
		prefix, text = home, rest
	}
	path, err := expandVariables(text)
	if err != nil {
		return "", err
	}
	path = prefix + path
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	return filepath.Clean(path), nil
}

// expandVariables opens $NAME and ${NAME}. A $ before anything else is itself.
func expandVariables(text string) (string, error) {
	var opened strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		opened.WriteString(before)
		if !found {
			return opened.String(), nil
		}
		name, rest, err := variableName(after)
		if err != nil {
			return "", err
		}
		value := "$"
		if name != "" {
			value = os.Getenv(name)
		}
		if value == "" {
			return "", fault{"the variable " + name + " is unset or empty", "set it, or write the path without it"}
		}
		opened.WriteString(value)
		text = rest
	}
}

// variableName splits what follows a $ into the variable's name and the rest.
func variableName(text string) (name, rest string, err error) {
	if inside, isBraced := strings.CutPrefix(text, "{"); isBraced {
		name, rest, closed := strings.Cut(inside, "}")
		if !closed || !isVariable(name) {
			return "", "", fault{"a ${ that names no variable", "write ${NAME}"}
		}
		return name, rest, nil
	}
	end := 0
	for end < len(text) && isVariable(text[:end+1]) {
		end++
	}
	return text[:end], text[end:], nil
}

// isVariable reports whether a text can name a variable of the environment.
func isVariable(name string) bool {
	for i, c := range []byte(name) {
		if c != '_' && (!isAlphanumeric(c) || i == 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return name != ""
}
