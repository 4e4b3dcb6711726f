// Package authtest has the server's side of SASL mechanisms, to be lent to a
// server of package pop3d: tests log in by them.
//
// Its one rule: a mechanism goes by its RFC, unless a [Tamper] was given, so
// that a test that sees a fault can also read it.
package authtest
