// Package dial makes the connection to a server: TCP, and TLS from the start
// or later.
//
// Its one rule: TLS is verified unless the account says otherwise, and when
// that fails the error says which of name, date, issuer or pin was wrong.
package dial
