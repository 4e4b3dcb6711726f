// Package durable changes files so that the change survives a crash of the
// program, of the system, or of the power.
//
// Its words: a Dir is a folder whose entries are changed and then synced; a
// File is written and then synced; a Group is a number of new files that
// become durable together, which costs far less than one after the other.
//
// Its one rule: every change to a mailbox, a spool or a ledger goes through
// this package, because each of them is a crash point. A test can stop the
// program, or let the disk fail, before and after any of them.
package durable
