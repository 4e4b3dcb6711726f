// Package durable changes files so that the change survives a crash of the
// program, of the system, or of the power.
//
// Its words: a Dir is a folder whose entries are changed and then synced; a
// File is written and then synced; a Group is a number of new files that
// become durable together, which costs far less than one after the other.
//
// What a change costs is mostly the calls of the system that it takes. A Dir is
// therefore opened once for the folder in question, and files are made and moved
// there by name alone.
//
// A file system that has no sync for folders (SMB and FUSE at times) is used all
// the same, and the promise then ends where the system does: after a power
// failure a new name may be missing. That a file can't be synced is an error.
//
// Its one rule: every change to a mailbox, a spool or a ledger goes through
// this package, because each of them is a crash point. A test can stop the
// program, or let the disk fail, before and after any of them.
package durable
