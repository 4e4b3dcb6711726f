package program

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
)

// number is what a version looks like.
var number = regexp.MustCompile(`[0-9]+(\.[0-9]+)+`)

// versionOf runs a program that prints its version among other things.
func versionOf(name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is not installed", name)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if version := number.FindString(string(out)); version != "" {
		return version, nil // some end with an error all the same
	}
	return "", errors.Join(fmt.Errorf("%s doesn't tell its version", name), err)
}

// packaged is the version of a Debian package, for a program that doesn't tell it.
func packaged(name string) (string, error) {
	if _, err := exec.LookPath(name); err != nil {
		return "", fmt.Errorf("%s is not installed", name)
	}
	out, err := exec.Command("dpkg-query", "-W", "-f", "${Version}", name).Output()
	if err != nil {
		return "unknown", nil
	}
	return string(out), nil
}
