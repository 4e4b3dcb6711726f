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
// Which message is which is found out by package fetch/match, from what costs nothing
// to what costs most: the UID and the size that the server tells, the digest of the
// header by TOP, the digest of the content by RETR. A message is deleted only where
// its bytes are proved to lie in the mailbox. ListMaildrop is the one way from a server's
// list to the ledger, for sync as for every other command.
//
// A server is asked by TOP about messages that are to be deleted and that an earlier
// run kept, and about those whose UID doesn't tell enough; by RETR about those whose
// header doesn't. What is retrieved is compared with what is known before it is kept.
//
// No login is weaker than one before, by the same user at the same server: see type
// secured. The error is a lasting one, because a person has to look. It is held against
// no later run, which may reach a better one of several servers that have one name. The
// rule holds over TLS, too: nobody on the way can read along there, but a server that was
// broken into can offer no SCRAM any more, and would be shown the password. A provider
// that really gives up a mechanism costs one sync by hand. A server that proves its name
// and refuses a mechanism which never succeeded is believed: it might as well not have
// offered it.
//
// Where the time goes, as measured on ext4 and a server with TLS:
//
//   - On a long way, the round trips. A poll takes five over TLS 1.3: TLS, the
//     greeting, CAPA, the login, and CAPA with UIDL; one less once the server is
//     known; any number of messages adds one.
//   - With many messages left on the server, its own UIDL. The plan is made
//     while that comes in, and a message that is known costs it eight bytes. One that is
//     new costs 24 more, whether this run retrieves it or leaves it to the next.
//   - With small messages, the calls of the system: five for each in a Maildir,
//     of which none but the two that change folders is avoidable. Syncs are for
//     batches; a poll with nothing new has none.
//   - With large ones, the server's and our encryption. To have the disk begin
//     early with what is synced later (sync_file_range) gained nothing.
package fetch
