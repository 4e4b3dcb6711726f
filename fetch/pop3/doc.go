// Package pop3 is a POP3 client: the protocol and nothing else. It knows no
// accounts, no files and no ledger.
//
//	RFC 1939  POP3
//	RFC 2449  CAPA and response codes
//	RFC 2595  STLS
//	RFC 3206  SYS and AUTH response codes
//	RFC 5034  AUTH
//
// Its words are those of the RFCs. A maildrop is what the server holds for a
// user; its listing gives each message a number, valid for this session, and
// a unique-id.
//
// Its one rule: an *Error is the server's no to one command, in step, and the
// session goes on (so it does after a *MechanismError, the no of our own side, if
// the server agrees to end the login); any other error means that the connection
// is dead and must be closed.
// Whatever the server sends, no reply takes more memory than a bounded line, no
// listing more than a bounded number of lines and bytes, and no read or write
// waits longer than the timeout, nor a reply for ever that only trickles in.
//
// What the server says is shown to nobody before Redact or an error has looked for
// the account's secrets in it; see config/secret/conceal.
//
// Where the server announces PIPELINING, commands are sent ahead of the
// replies, from the start as many as can be. QUIT goes behind the last reply:
// Dovecot 2.3 was seen to lose the end of a message that QUIT followed. The
// bytes of the commands under way stay fewer than the system's send buffer is
// sure to hold, so that a write never waits for a server that is itself waiting
// for us to read.
package pop3
