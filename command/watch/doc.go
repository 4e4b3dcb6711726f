// Package watch syncs accounts again and again, as a service does: each in its
// own time, and all at once when a hang-up brings another configuration.
//
// Its words: a turn is the next sync of an account; a schedule says whose turn it
// is; a hang-up is SIGHUP, which asks to read the configuration again.
//
// Its one rule: it knows when something is done, and never what. The schedule
// asks no clock, and one account's trouble changes nothing for the others.
package watch
