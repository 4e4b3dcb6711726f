// Package config says what is wanted: the accounts of the configuration file,
// or one account given as a URL.
//
// Its words: an account is one login with its rules and its mailbox; a login is
// how a server is reached, and who logs in there; a mailbox is where the mail goes;
// a key has one row, with all that is to be said of it, in a table of keys; the
// defaults are keys that every account inherits unless it names them itself; a problem is one thing wrong in the file, with its line,
// its account and what would be right; a draft is an account that is yet to be
// written into a file, of which everything else stays as a person wrote it.
//
// Its one rule: an Account that leaves this package is complete and valid, so
// that nobody behind it checks again. Load therefore reports all problems of a
// file at once, and no secret value in any of them.
package config
