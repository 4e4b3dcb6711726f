// Package mbox keeps messages in one file, as mboxrd: a From_ line, the
// message, a blank line; and one ">" more before "From " at the start of a
// line, however many are there.
//
// Its words: a spool is a file in the state folder that holds one batch as
// mbox text; its block is what the batch appends to the mbox, which is the
// spool and, before it, the newlines that end with a blank line whatever was
// there; the base is the offset of the block in the mbox; a span is one
// message within the spool.
//
// A batch is staged when its spool is synced, the mbox is locked and the base
// is known. It is published when the block is appended and synced; then the
// spool is removed, that is synced too, and the lock released. So at any
// instant at which a run may die one of these holds, and repair can tell:
//
//   - The ledger doesn't name the spool: it is removed, and its messages are
//     fetched again. Nothing of it is in the mbox.
//   - The spool is gone: all of it is in the mbox, durably, even if a mail
//     program has since moved or deleted it.
//   - The spool is there, and the mbox has the whole block at the base: the
//     run died before it could remove the spool. The messages are kept.
//   - The spool is there, and the mbox ends within the block or before it: the
//     block is appended anew, from the base on.
//   - The spool is there, and the mbox is anything else: a mail program came
//     between the end of that run and this one. What of the spool isn't found
//     among the messages of the mbox is appended; the beginning of a message at
//     the end of the mbox is cut off before.
//
// The mbox is that of the place, wherever the configuration has another one by
// then. Where that mbox is gone, it may have been moved to where the present one
// is.
//
// That is exactly once, with one exception that no two files can be without.
// Between the sync of the mbox and that of the spool's removal, both hold the
// batch. If the system dies there, a few milliseconds long, and a mail program
// deletes a message of the batch before popfetch runs again, the message is
// back afterwards. Of the two ways to err it is the one that loses nothing.
// The lock, held until the removal is synced, keeps mail programs out as long
// as the system lives. For the same reason a program that appends to the mbox
// before the repair, behind a block that the crash cut short, leaves the
// beginning of one message visible; the message itself is then appended whole.
// That program may be another account of popfetch, if several share one mbox.
//
// Its one rule: nothing in the mbox before the base, and nothing that another
// program wrote, is ever changed; and the mbox is touched under its lock only.
package mbox
