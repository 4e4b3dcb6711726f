// Package maildir keeps messages in a Maildir, one file each.
//
// A message is written to tmp, staged when its file and tmp are synced, and
// published by a rename into new. Because tmp was synced before the ledger
// called the message staged, a staged name that is gone from tmp was
// published, even when a mail program has since moved, renamed or deleted it.
// It holds only of the tmp in which the message was staged, so a place tells
// the Maildir as well, by the path without symbolic links: a link may lead
// elsewhere by the time of the repair. A Maildir whose tmp isn't there holds
// nothing that an earlier run had in it.
//
// A file is named as the Maildir specification asks for: seconds, a part that
// is unique on this host, the host, and ",S=" with the size in bytes, which
// saves mail programs a stat. The unique part ends in "R" and the ledger's
// identity, by which a run knows the files in tmp that an earlier run of the
// same account left behind.
//
// Its one rule: nothing in tmp but files with this ledger's identity, and
// nothing in new and cur, is ever removed or replaced.
package maildir
