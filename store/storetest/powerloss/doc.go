// Package powerloss acts out what a crash does to files: a test runs the
// program as a child that dies at a given operation, rolls the file system
// back to what would have survived, and runs the program again.
//
// Its words: an operation is one change or sync that goes through package
// durable, numbered from 1 in the order in which they happen; a world says
// what survives of that which was not yet synced.
//
// What it assumes of a file system is as little as POSIX promises, with the
// one thing that all of them with a journal do: a rename is undone in both
// folders or in none. In particular a new file's entry is not durable because
// its content is, an unsynced write may be cut anywhere and padded with zeros,
// and operations may survive in another order than they were done, unless they
// concern the same name.
//
// Its one rule: what no operation told of is left as it is. So the folder of
// the log must not be one that the program works in, and files that the child
// doesn't change through package durable count as safe.
package powerloss
