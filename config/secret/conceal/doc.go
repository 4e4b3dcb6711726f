// Package conceal keeps an account's secrets out of what others say. A server that
// repeats a password, on purpose or not, would have it in a trace, an error, a log
// or the ledger, and so in a report that a person pastes.
//
// Its one rule: a text that holds a secret is hidden as a whole. A gap in a text
// that everybody knows would show which word of it is in the password.
//
// A secret counts where it is whole, and a piece of it where ordinary text has none
// such by chance: six characters that are more than a word or a number, or ten of
// whatever kind. What stands in the account's own names counts for nothing. Both are
// looked for in the text as it is, without regard to case, width, marks and what
// can't be seen; without separators; backwards; and in what the usual ways of
// writing bytes in text make of it: escapes, numbers, hex, base32 and base64, up to
// two on top of each other.
//
// A server that knows a password and means to show it can always do so: in another
// code, in a word of it that is an ordinary one, or a few letters a line. No client
// can keep it from that.
package conceal
