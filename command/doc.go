// Package command is what a person and a script see: one file for each
// command, from flags and configuration over a fetch.Job to output.
//
// What a command does in several files begins with its name: check.go, and what
// it advises, checkadvice.go. The files wire*.go make of an account what engine,
// ledger, sandbox and children want. What isn't about a command is in the packages
// below: term, line, manual, setup, watch, browser, sandbox.
//
// Its words: an outcome is what became of one account; a hint is the way out
// of an error.
//
// Its one rule: only this package and those below it print or ask, and only this one
// knows an exit code; the files wire*.go are the only ones that know the
// configuration and the engine both. What goes to stdout was asked for; all else
// goes to stderr.
package command
