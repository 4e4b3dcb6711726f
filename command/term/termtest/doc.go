// Package termtest is a terminal that a test looks at.
//
// Its words: a screen is what a person would see; a PTY is a screen behind a
// pseudo-terminal of the system.
//
// Its one rule: it has no code of the package that draws.
package termtest
