// Package handover is the part that all mailboxes have in common which are
// another program: a command, or a server that takes mail.
//
// Its words: the receiver is the other program; a spool is a file in the state
// folder, 0600, that holds one message, with LF line ends as a Maildir has it;
// a message is in doubt when a run died, or was killed, between the moment at
// which it gave the receiver the message and the one at which the ledger said
// so.
//
// A message is spooled to its end before the receiver hears of it, so that a
// connection that breaks never hands over half a message. It is staged when the
// ledger knows that it is about to be given away; published when the receiver
// said that it has it. The spool isn't synced: what a crash leaves of it is
// removed, and the message fetched again.
//
// Its one rule: a message that is in doubt is handed over again, and the
// person is told. So these mailboxes promise at least once, never exactly once:
// nobody can ask a program afterwards what it has.
package handover
