// Package auth logs in: it chooses the mechanism that protects the password
// best among those that the server offers, and speaks it.
//
//	RFC 1939  USER and PASS, APOP
//	RFC 2195  CRAM-MD5
//	RFC 4422  EXTERNAL
//	RFC 4616  PLAIN
//	RFC 5802  SCRAM-SHA-1, bound to the channel or not (RFC 5929, 9266)
//	RFC 7628  OAUTHBEARER; XOAUTH2 is as Google and Microsoft document it
//	RFC 7677  SCRAM-SHA-256
//
// Its words: a channel is the way that a login takes; an offer is that of the
// server together with what the account has; a mechanism is spent once the
// server has seen the password, the token, or a proof of it.
//
// Its one rule: a password crosses the network in the clear only where the
// account allows it, and never because a server, or somebody between, asked
// for it. No login is weaker than the caller wants it, over TLS as well: see
// Credentials.AtLeast and IsWeaker.
package auth
