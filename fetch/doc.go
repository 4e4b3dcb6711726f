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
//
// Which message is which is told by its UID, as long as nothing speaks against
// it. Where a server lists one twice, gives it to another message (which has
// another size), changes all of them, or has none, its header tells (Message-ID,
// Date, From, To, Subject), and where there is nothing in that, all of it. What
// nobody can tell apart is fetched rather than lost.
//
// From what costs nothing to what costs most, each step asked only about what the
// one before left open:
//
//	UID     the ledger knows it, or not                               listing, plan
//	doubt   gone and back, due to be deleted, one UID twice, another  doubt, stray
//	        size, all UIDs other ones or broken on some days
//	header  by TOP, with the size that the server tells               recognise
//	whole   by RETR, and kept only if it is none that is known        transfer
//
// Without UIDL a name made of the header, or of all, takes the UID's place
// (naming). What is known under another UID than it was fetched by is deleted by
// no rule.
//
// Where the time goes, as measured on ext4 and a server with TLS:
//
//   - On a long way, the round trips. A poll takes five over TLS 1.3: TLS, the
//     greeting, CAPA, the login, and CAPA with UIDL; one less once the server is
//     known; any number of messages adds one.
//   - With many messages left on the server, its own UIDL. The plan is made
//     while that comes in, and a message that is known costs it eight bytes.
//   - With small messages, the calls of the system: five for each in a Maildir,
//     of which none but the two that change folders is avoidable. Syncs are for
//     batches; a poll with nothing new has none.
//   - With large ones, the server's and our encryption. To have the disk begin
//     early with what is synced later (sync_file_range) gained nothing.
package fetch
