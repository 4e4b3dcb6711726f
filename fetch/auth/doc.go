// Package auth logs in: it chooses the mechanism that protects the password
// best among those that the server offers, and speaks it.
//
// Its one rule: a password crosses the network in the clear only where the
// account allows it, and never because a server, or somebody between, asked
// for it.
package auth
