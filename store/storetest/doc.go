// Package storetest is the contract of store.Mailbox as a suite of tests, for
// every kind of mailbox to run, and the readers that it needs.
//
// Its one rule: it reads a mailbox as any mail program would, with no code of
// the package that wrote it.
package storetest
