// Package hint makes errors that know the way out of them.
//
// Its one rule: an error has a type of its own only where somebody branches on it.
// For all others, which only have something to say to a person, or to the one place
// that tells what passes by itself from what lasts, there are those of this package.
package hint
