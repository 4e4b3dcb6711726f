// Package shell runs the commands that a person puts into the configuration:
// /bin/sh on Unix, cmd.exe on Windows.
//
// Its words: a command is what the shell is given, its complaint what it wrote
// to stderr.
//
// Its two rules. A command sees no password that isn't meant for it: this
// package holds the one list of variables that no command gets. And a command
// comes to an end: when its time is over or its context ends, so do it and all
// its children. It stands apart from us, in a process group of its own, so that
// Ctrl-C at the terminal doesn't reach it and it may bring to an end what it has
// begun; but for one that may have to ask a person at the terminal.
package shell
