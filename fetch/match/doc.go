// Package match finds out which messages of a listing are known ones: those that
// were fetched before, or count as fetched. Every command that lists, marks or
// deletes messages asks it. It asks no server, writes nothing, and knows no rules.
//
// # Words
//
// The wire size is a message's size as the server tells it. The stored size is that
// of its copy in the mailbox.
//
// The header digest is of the whole header, less the volatile fields, in which
// servers note what became of a message (see Digester). The content digest is of
// all bytes. The ledger has both of each message that was fetched.
//
// A pseudo-UID is the name that a message gets from its header digest where the
// server has no UIDs worth the name.
//
// A question is a listed message of which the UID doesn't tell enough. A candidate
// is a known message that it may be. What speaks for that is the evidence. The
// verdict is what follows: whether the message is known, and whether it is proved,
// that is, whether its bytes lie in the mailbox.
//
// # The rule
//
// A message is deleted only if it is proved. What can't be told from a known message
// is retrieved and compared, and fetched if it is new. The sender chooses most of the
// header, and so no field of it proves anything.
//
// # Which messages are questions
//
// Most are none: a message whose UID was listed all the time, for it alone, with the
// wire size of then, is known, and nobody looks at it again. A message with a new UID
// is new. A question is asked about a message
//
//   - that is to be deleted,
//   - whose UID was missing in the last listing, or that has another wire size now,
//   - that shares its UID with others, or did,
//   - that has a new UID while known messages may have changed theirs: all UIDs are
//     new though messages vanished, or such a move isn't told to its end, or some UIDs
//     are none by RFC 1939 (section 7), or the server lost its UIDs or got some,
//   - that has a pseudo-UID,
//   - that is the last known one where each UID is the number of its message: the
//     probe. If it turns out to be another, such UIDs change with each deletion, and no
//     UID is believed any more. Nor is any where one of those known by digests was
//     missing, or has another wire size.
//
// # The table
//
// The evidence for a candidate has four parts.
//
//   - UID: same, if every listing since had it for this message alone; gap, if it is
//     the same but not so; other, also for each pseudo-UID.
//   - size: the wire size is the same, differs, or is untold now or then.
//   - header: unread; or the header digest is the same and identifies the message: a
//     Received field is in it, which a server added, and no other known or asked
//     message has the same; or it is vague: the same, but not so, or the server
//     doesn't show it; or it is of another header. Five fields are those of which a
//     ledger of version 1 has a fingerprint, and are the same, or not read where UID and
//     size don't ask for it. None known is what is
//     known of a message that was only marked.
//   - content: unread; the same; noted, if only volatile fields differ; other; or cut, if
//     it is one of the first two, and less came than the server tells, both times: see
//     IsShort.
//
// The first row that fits counts:
//
//	UID    size     header       content  known?       deletable?
//	any    any      any          cut      yes          no
//	any    any      any          same     yes          yes
//	same   any      any          noted    yes          yes
//	any    any      any          noted    yes          no
//	same   same     identifies   other    yes          no
//	same   any      five fields  any      yes          no
//	any    same     five fields  any      yes          no
//	gap    untold   five fields  any      yes          no
//	any    any      five fields  any      no           no
//	same   any      none known   any      yes          no
//	any    differs  none known   any      no           no
//	other  any      none known   any      no           no
//	any    any      none known   any      yes          no
//	any    any      any          other    no           no
//	same   same     identifies   any      yes          yes
//	any    any      identifies   any      yes          RETR tells
//	same   same     unread       any      yes          TOP tells
//	same   untold   unread       any      yes          TOP tells
//	any    any      unread       any      TOP tells    TOP tells
//	same   same     vague        any      yes          RETR tells
//	same   untold   vague        any      yes          RETR tells
//	any    any      any          any      RETR tells   RETR tells
//
// "TOP tells" has the server show the header by TOP, and "RETR tells" has it send all
// of the message, to compare the content. Either is done only where the answer is
// wanted: whether it may be deleted is asked of a message that is to be deleted, and
// of the probe, which is known meanwhile. A server that has no TOP, or whose TOP was
// caught to lie, leaves the header vague.
//
// TOP may lie without being caught yet, and so another header makes no message new: it
// is likely new. It is retrieved with the new ones, and compared. What was known under
// its key gives way when it is staged, not before.
//
// A row is weighed against each candidate under the message's own UID. Under other
// UIDs, a candidate is sought by a header that identifies it, by its five fields, or,
// once the message has come, by its content. Each known message is one listed message
// at most. The content wins: who was taken for a known message by less, and wasn't
// retrieved, makes room for the one that has its content, unless he is proved. What
// popfetch deleted itself is not sought under another UID; nor is a message without
// Received taken for one that vanished, unless known messages may have changed their
// UIDs: a device without a clock sends the same bytes again.
//
// # What is told later
//
// While only the content of a message tells whether it is known, nothing of its UID
// counts as gone. Where known messages may have changed their UIDs, the ledger is told
// that such a move goes on, for as long as some message is not clear: a run may end
// before that, and the next one has to ask the same questions. EndComparing tells the rest.
//
// # Where it happens
//
// listing takes in the list; survey, matcher and group find questions and candidates;
// resolve weighs them as headers come in; evidence has the table. settle gives each
// message its key in the ledger and says what is to be recorded. content compares
// what was retrieved. digest, headercopy, fields and pseudo make digests and names.
//
// # What it can't know
//
//   - Where no size is told, as of a maildrop of more than MaxSized messages, or the size
//     is the same, a message that took another's UID between two listings is noticed only
//     when a rule or a person wants it deleted. Nothing is lost: it stays on the server.
//   - Two messages with one header, in which a server has put its Received field, and
//     another body are one message, until one of them is to be deleted. That one has the
//     UID and the size of the other, too, if it took its place: then it is never known.
//   - The same bytes under the same UID, or under another where UIDs change, are the same
//     message, even if somebody sent them twice.
//   - Of a message that was only marked it knows the UID and, mostly, the size. Where UIDs
//     change it comes; where its UID was missing, or is a message number that another message
//     has now, one of the same size is taken for it.
//   - A server that gives new UIDs to all, some of which are old UIDs of others of the same
//     size, brings those twice.
package match
