package shell

import (
	"errors"
	"io/fs"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// MissingProgram returns the program that a command of the shell begins with,
// if it isn't there. It says nothing where only the shell could tell.
func MissingProgram(command string) string {
	words := strings.Fields(command)
	for len(words) > 0 && assignment.MatchString(words[0]) {
		words = words[1:]
	}
	if runtime.GOOS == "windows" || len(words) == 0 || !plainWord.MatchString(words[0]) || slices.Contains(shellWords, words[0]) {
		return ""
	}
	switch _, err := exec.LookPath(words[0]); {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return words[0]
	default:
		return ""
	}
}

// plainWord is a word that means itself to any shell; assignment sets a
// variable for the program behind it.
var (
	plainWord  = regexp.MustCompile(`^[A-Za-z0-9_./+,:@%-]+$`)
	assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=[A-Za-z0-9_./+,:@%-]*$`)
)

// shellWords are what a shell does itself: the reserved words and built-in
// utilities of POSIX, sections 2.4 and 2.14 of its Shell Command Language, and
// those that shells mostly build in.
var shellWords = strings.Fields(`
	if then else elif fi do done case esac while until for in
	. : break continue eval exec exit export readonly return set shift times trap unset
	alias bg cd command fc fg getopts hash jobs kill read type ulimit umask unalias wait
	echo false local printf pwd source test true`)
