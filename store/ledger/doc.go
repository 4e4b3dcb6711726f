// Package ledger remembers, for one account, what became of each message: an
// append-only journal of text lines, which a person can read in an editor.
//
//	popfetch-ledger 2 work 5f0c2a9be1d4473a #3b1c66d2
//	staged 2026-11-23T05:25:00Z 4f1c 5003/5107 sTTu….3fRS… maildir 1795411500.M5P7Q1R5f….host,S=5003 /home/me/Mail #…
//	kept 2026-11-23T05:25:00Z 4f1c #…
//
// Each line is a record: its kind, when it happened, mostly the key of a
// message, then what the kind asks for, and a CRC-32C of all that. The last
// record about a message holds. The kinds:
//
//	staged  complete and durable, at a place, but not visible (sizes, digests, place)
//	kept    in the mailbox (sizes and digests, where no staged line told them)
//	marked  to be treated as fetched, though it wasn't (sizes and digests, where they are known)
//	failed  could not be had (how often, why)
//	owed    kept, and to be deleted on the server
//	gone    no longer on the server
//	deleted no longer on the server, as popfetch deleted it
//	back    on the server again: its UID was not listed all the time
//	forgot  nothing is known of it any more
//	began   from here on, something is said of messages that may not be synced
//	maildrop  the server and the user that the ledger belongs to; in another
//	        maildrop than before, nothing is known by its UID
//	renamed the account that has another name from now on
//	moving  messages are sought under other UIDs than before (1), and no more (0)
//	uidl    the server has UIDL (1), or hasn't (0)
//	distrust TOP showed another header than RETR, UIDs are message numbers, or sizes are
//	        estimates (TOP, UIDL or LIST)
//	server  what the server is like (in the words of the engine; empty to forget it)
//	secured how logins in the maildrop are protected, for none to be weaker (in the words of the engine)
//	login   the server let us in (the seconds it wants before the next time)
//	denied  the server refused what we logged in with (how often by now)
//	failing runs fail since then for what usually passes by itself (1 once a person was told of it, else 0)
//	done    a run ended well (how many messages it brought)
//	error   a run didn't (its exit code, why)
//
// A key is the message's UID, escaped so that it has no blanks; the second
// message that a server lists under one UID is a key of its own.
//
// Sizes are the stored size and, behind a slash, the wire size. Digests are those of
// header and content, in base64, with a dot between them; see HeaderDigest and
// ContentDigest. Version 1 had 32 hexadecimal digits in their place, a hash of five
// header fields. It is read all the same, and rewritten by the first run. A line of a
// kind that isn't known makes the ledger one of a newer version.
//
// Its one rule: what Append returned from is durable, and what it reported an
// error for is not relied upon. A line that a crash cut short at the end of
// the file is cut off; any other bad line is an error, because a ledger that
// forgets brings the whole maildrop again.
//
// A million messages are a million lines of some 100 bytes, read in one pass
// into a table of some 110 bytes a message; the file is rewritten when more than
// a fifth of it is of no use any more.
//
// The lock is on a file of its own, because the ledger is replaced when it is
// rewritten. What a run did, done or error, is told last and isn't synced. Where
// a ledger ends with anything else, a run died, and the next one syncs the file
// before it believes what it reads. So that this holds where a write failed and
// was taken back, nothing is said of a message right behind such a line.
package ledger
