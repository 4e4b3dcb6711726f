// Package lmtp gives messages to a server by the Local Mail Transfer Protocol:
// RFC 2033, which is the SMTP of RFC 5321 with LHLO and a reply for each
// recipient; with 8BITMIME (RFC 6152) where the server has it.
//
// Its words: the peer is the server, found at host and port or at the path of
// a socket; a transaction is MAIL, RCPT, DATA. The envelope has one recipient,
// that of the account, and the empty sender: no peer shall answer to one who
// wrote to another server long ago. One connection serves all messages of a
// run; if the peer has closed it between two, there is a new one.
//
// What is sent is the message as the POP3 server sent it, except for what RFC
// 5321, section 2.3.8, forbids: a LF alone becomes CRLF, a CR alone a space, one of
// two CR before a LF may go, and a message that doesn't end with CRLF gets it.
// Passed on as they are, they would let a message end where some peers see an
// end and others don't, and what follows would be commands. To refuse such a message
// would keep it from whom it is for; see copyMessage for why it is a space. What the
// peer then adds, as a Received field, is its own matter.
//
// Over a network there is TLS, begun by STARTTLS (RFC 3207), or no mail: a peer that
// offers none gets not even the envelope. Who may read along is decided by the address
// that the connection goes to, not by the name that led there; see Protection.
//
// A reply to DATA is about that message: what isn't 2xx refuses it, and it
// stays on the server. One that comes before the message was sent to its end is a fault: the
// connection is dropped, as each later reply would be taken for another's, and the message
// stays on the server. A connection that fails, 421, and any other refusal are
// about all messages, as they have the same envelope: the run ends.
//
// Its one rule: the last dot is sent only behind a whole message. If no reply
// to it comes, the message is in doubt; see package handover.
package lmtp
