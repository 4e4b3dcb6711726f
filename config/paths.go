package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// DefaultPath returns where the configuration file is when nobody says
// otherwise: the same place on every system.
func DefaultPath() (string, error) {
	return xdgPath("XDG_CONFIG_HOME", ".config", "config.yaml")
}

// StateDir returns the folder of the ledgers when nobody says otherwise.
func StateDir() (string, error) {
	return xdgPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "")
}

// xdgPath returns a path of ours in a folder of the XDG Base Directory
// Specification, which has relative values ignored.
func xdgPath(variable, fallback, name string) (string, error) {
	if base := os.Getenv(variable); filepath.IsAbs(base) {
		return filepath.Join(base, "popfetch", name), nil
	}
	home, err := homeDir()
	if err != nil {
		return "", errors.New(err.Error() + ", and neither is " + variable)
	}
	return filepath.Join(home, fallback, "popfetch", name), nil
}

// homeDir returns the folder that ~ stands for.
func homeDir() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", errors.New("the home folder is not set in the environment")
	}
	return home, nil
}

// HomelyPath returns a path as a person would write it, with ~ for the home folder.
func HomelyPath(path string) string {
	home, err := homeDir()
	if err != nil {
		return path
	}
	rest, inside := strings.CutPrefix(path, home+string(filepath.Separator))
	if !inside {
		return path
	}
	return filepath.Join("~", rest)
}
