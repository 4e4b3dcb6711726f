// Package shell runs the commands that a person puts into the configuration:
// /bin/sh on Unix, cmd.exe on Windows.
//
// Its words: a command is what the shell is given, its complaint the last line
// that says something of what it wrote to stderr.
//
// Its one rule: a command stands apart from us. It has a process group of its
// own, so that Ctrl-C at the terminal doesn't reach it and it may bring to an
// end what it has begun; and when its context ends, so do it and all its
// children.
package shell

import "time"

// waitDelay is how long a command that was killed, or one whose children keep
// its output open, may hold us up.
const waitDelay = time.Second
