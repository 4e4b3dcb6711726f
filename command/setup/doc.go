// Package setup makes an account: it finds the server of an address, asks what
// it can't find out, tests the login, keeps the password, and writes the account
// into the configuration.
//
// Its words: a candidate is a server that may be the account's; a draft is the
// account as it is to be written.
//
// Its one rule: nothing is written before all of it is known to be right, and
// nothing that was there is lost.
package setup
