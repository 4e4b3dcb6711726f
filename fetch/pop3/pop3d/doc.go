// Package pop3d is a small POP3 server in memory: that of "popfetch demo", and
// of the tests and benchmarks of popfetch.
//
// It speaks
//
//   - RFC 1939, POP3: all commands
//   - RFC 2449, CAPA, with PIPELINING and RESP-CODES
//   - RFC 2595, STLS, and implicit TLS (RFC 8314)
//   - RFC 3206, the response code AUTH
//   - RFC 5034, AUTH: PLAIN, and whatever mechanism it is lent
//
// Its words: a [Maildrop] holds messages and belongs to a [User] of a
// [Server]; a [Conn] is one connection being served and a [Session] what is
// remembered of it; a flight is one turn-round between server and client
// (see [Session]); an [Intercept] sees each [Command] before the server does
// and may spoil it, as those of package fault do.
//
// Its one rule: left alone, the server goes by the book. Whatever it does
// wrong was asked for by an Intercept, so a test that sees a fault can also
// read it.
package pop3d
