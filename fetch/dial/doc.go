// Package dial makes the connection to a server: TCP, and TLS from the start
// or later.
//
// Its one rule: TLS is verified unless the account says otherwise, and when
// that fails the error says which of name, date, issuer or pin was wrong.
//
// TLS sessions are not resumed: with TLS 1.3 that saves no round trip, and what
// it needs from one run to the next would be a secret on the disk.
package dial
