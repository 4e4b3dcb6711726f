// Package command is what a person and a script see: one file for each
// command, from flags and configuration over a fetch.Job to output.
//
// Its words: an outcome is what became of one account; a hint is the way out
// of an error.
//
// Its one rule: this is the only package that prints, asks, or knows an exit
// code, and the files wire*.go are the only ones that know the configuration
// and the engine both. What goes to stdout was asked for; all else goes to stderr.
package command
