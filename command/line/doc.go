// Package line is the command line as a person types it: flags anywhere, words
// that are mistyped, and words that aren't whole yet.
//
// Its words: an arrangement is a command line that was read; a proposal is a word
// that could stand at the cursor; a usage error says that a line can't be
// understood, and what would be.
//
// Its one rule: it knows commands and flags by what their help says, none by name
// but the two that say where files are. What accounts there are it is told.
package line
