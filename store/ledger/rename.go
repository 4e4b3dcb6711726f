package ledger

import (
	"errors"
	"io/fs"
	"time"

	"popfetch/store"
)

// EnterMaildrop takes note of the maildrop whose messages are listed: the server and the
// user. It reports whether the ledger belonged to another one before; see
// applyMaildrop. A ledger that Read returned only takes it to be so.
func (l *Ledger) EnterMaildrop(maildrop string) (changed bool, err error) {
	before := l.summary.Maildrop
	if before == maildrop {
		return false, nil
	}
	r := Record{Kind: Maildrop, Time: time.Now(), Text: maildrop}
	if l.state == nil {
		l.applyRecord(r)
		return before != "", nil
	}
	return before != "", l.Append(r)
}

// Account is the name of the account that the ledger is of.
func (l *Ledger) Account() string { return l.account }

// CountPresent is the number of messages that count as fetched and that the server still
// has, as far as is known.
func (l *Ledger) CountPresent() (n int) {
	for _, e := range l.All() {
		if e.IsFetched() && !e.IsGone() {
			n++
		}
	}
	return n
}

// Rename gives the ledger to the account under its new name, which mustn't have one
// yet: that is an fs.ErrExist. It waits up to wait for a run that holds the new name.
// After an error the ledger can only be closed.
//
// There is one file at any instant, under the old name or the new one, and with all
// that is known. What tells that it may bear the header of another account is in it
// before it gets the new name; the next one to open it completes that.
func (l *Ledger) Rename(account string, wait time.Duration) error {
	lock, err := acquireLock(l.state.Path(account+".lock"), wait)
	if err != nil {
		return &store.Error{Op: "open the ledger of " + account, Err: err}
	}
	defer func() { lock.release() }() // of the name that it hasn't in the end
	if err := l.renameFile(account); err != nil {
		return l.storeError("take over", err)
	}
	l.lock, lock, l.account = lock, l.lock, account
	l.replaceFile(l.writeLive) // else the header stays as it is for now
	if err := l.loadFile(); err != nil {
		return l.storeError("open", err)
	}
	return nil
}

// renameFile gives the file its new name.
func (l *Ledger) renameFile(account string) error {
	exists, err := l.state.Exists(FileName(account))
	if err != nil {
		return err
	}
	if exists {
		return fs.ErrExist
	}
	if err := l.state.Remove(FileName(l.account) + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // a rewrite that died may have left it, and the next would be of another name
	}
	if err := l.Append(Record{Kind: Renamed, Time: time.Now(), Text: account}); err != nil {
		return err
	}
	if err := l.syncFile(); err != nil {
		return err
	}
	l.broken = fs.ErrClosed
	if err := l.file.Close(); err != nil {
		return err
	}
	if err := l.state.Rename(FileName(l.account), FileName(account)); err != nil {
		return err
	}
	if err := l.state.Sync("."); err != nil {
		return err
	}
	l.broken = nil
	return nil
}
