// Package fetch is the engine: Run brings what is new in a maildrop into a
// mailbox, every message exactly once, and Connect opens a session for
// whatever else is asked of a server.
//
// Its words: a plan is made of the server's listing, the ledger and the
// account's rules; messages are retrieved in batches, each of which is staged,
// recorded, published and called kept; the report is what one run did.
//
// Its one rule: data goes one way. The pump owns the connection and reads each
// message once, straight into the current batch; the committer owns the
// batches that are full, and the ledger; between them is one channel. A slow
// disk makes the pump wait, and the server with it. Nothing is deleted on the
// server before the ledger calls it kept.
package fetch
