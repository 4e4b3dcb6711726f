package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
)

// A Ledger is what is known of one account's messages. Open gives one that
// can be appended to and holds the account's lock, Read one that can't.
//
// It may be read and appended to by one goroutine at a time.
type Ledger struct {
	account string
	id      string
	state   *durable.Dir  // nil after Read
	file    *durable.File // nil after Read
	lock    *lock
	size    int64  // of the part of the file that is whole
	broken  error  // why nothing can be appended any more
	lines   int    // in the file, the header left out
	last    Kind   // of the last of them
	former  bool   // the file is of the former version, or has keys as that could have them
	owner   string // the account that the file's header names
	renamed string // the account that the ledger was to be taken over for
	entered bool   // is the file's entry in its folder durable

	table    table
	places   map[Key]string // of those that are staged
	failures map[Key]Failure
	summary  Summary
}

// Open locks the account's ledger in the state folder, waiting up to wait for
// another run to end, and reads it; where there is none it is made. An error
// is an *InUseError, a *DamagedError, or another fault of the local side, all
// within a *store.Error.
func Open(state *durable.Dir, account string, wait time.Duration) (*Ledger, error) {
	return openOr(state, account, wait, (*Ledger).createFile)
}

// OpenExisting is Open for a ledger that has to be there: it is an fs.ErrNotExist
// if it isn't.
func OpenExisting(state *durable.Dir, account string, wait time.Duration) (*Ledger, error) {
	return openOr(state, account, wait, func(*Ledger) error { return fs.ErrNotExist })
}

func openOr(state *durable.Dir, account string, wait time.Duration, missing func(*Ledger) error) (*Ledger, error) {
	l := newLedger(account)
	l.state = state
	if err := l.lockAndLoad(wait, missing); err != nil {
		l.Close()
		return nil, l.storeError("open", err)
	}
	return l, nil
}

func newLedger(account string) *Ledger { return &Ledger{account: account, table: newTable(0)} }

// FileName is the name of an account's ledger in the state folder.
func FileName(account string) string { return account + ".ledger" }

func (l *Ledger) storeError(what string, err error) error {
	return &store.Error{Op: what + " the ledger of " + l.account, Err: err}
}

func (l *Ledger) lockAndLoad(wait time.Duration, missing func(*Ledger) error) (err error) {
	if l.lock, err = acquireLock(l.state.Path(l.account+".lock"), wait); err != nil {
		return err
	}
	exists, err := l.state.Exists(FileName(l.account))
	if err == nil && !exists {
		err = missing(l)
	}
	if err != nil {
		return err
	}
	if err := l.loadFile(); err != nil {
		return err
	}
	if live := l.liveLines(); l.former || l.IsMisnamed() || l.lines > live+live/4+compactSlack {
		return l.compact()
	}
	return nil
}

// loadFile opens the file and takes in what it says.
func (l *Ledger) loadFile() (err error) {
	if l.file, err = l.state.OpenAppend(FileName(l.account)); err != nil {
		return err
	}
	if err := l.replayFile(l.file.OS(), time.Now()); err != nil {
		return err
	}
	return l.repairTail()
}

// createFile makes a new ledger, which is there with its header or not at all: a
// file without one is a damaged ledger. The identity in the header marks the
// files of this ledger in a mailbox that several accounts may share.
func (l *Ledger) createFile() error {
	var id [8]byte
	rand.Read(id[:])
	l.id = hex.EncodeToString(id[:])
	return l.replaceFile(func(w io.Writer) error {
		_, err := w.Write(l.headerLine())
		return err
	})
}

// replaceFile puts a whole new file in the place of the ledger.
func (l *Ledger) replaceFile(write func(io.Writer) error) error {
	err := l.state.Replace(FileName(l.account), write)
	l.entered = err == nil
	return err
}

// repairTail removes what a crash left of a write at the end of the file. Whoever
// wrote what remains may not have lived to sync it, and all that is decided
// from here on relies upon it, so it is synced. A file that ends with what a
// run did needs none of it.
func (l *Ledger) repairTail() error {
	size, err := l.file.Size()
	if err != nil {
		return err
	}
	if size > l.size {
		if err := l.file.Truncate(l.size); err != nil {
			return err
		}
	}
	if size == l.size && l.last.endsRun() {
		return nil
	}
	return l.syncFile()
}

// syncFile makes durable what the file says, and at the first time its entry in the
// folder: whoever replaced the file may not have lived to do that.
func (l *Ledger) syncFile() error {
	if err := l.file.Sync(); err != nil || l.entered {
		return err
	}
	err := l.state.Sync(".")
	l.entered = err == nil
	return err
}

// Read reads the account's ledger as it is at this moment, without its lock.
// There may be none yet; then it is empty, as it is where state is nil, which
// stands for a folder that nobody has made yet.
func Read(state *durable.Dir, account string) (*Ledger, error) {
	l, err := Salvage(state, account)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Salvage is Read, but returns what comes before what can't be read, too.
func Salvage(state *durable.Dir, account string) (*Ledger, error) {
	l := newLedger(account)
	if state == nil {
		return l, nil
	}
	f, err := state.Open(FileName(account))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, l.storeError("open", err)
	}
	defer f.Close()
	if err := l.replayFile(f, time.Now()); err != nil {
		return l, l.storeError("read", err)
	}
	return l, nil
}

// Append writes the records and, if any of them is about a message, syncs
// them: what the runs did is not worth waiting for the disk. After an error it
// isn't known which of them will be read again; see store.Batch.Discard.
func (l *Ledger) Append(records ...Record) error {
	if len(records) == 0 {
		return nil
	}
	if l.broken != nil {
		return l.storeError("write", l.broken)
	}
	if l.last.endsRun() && slices.ContainsFunc(records, isAboutMessage) {
		if err := l.Append(Record{Kind: Began, Time: time.Now()}); err != nil {
			return err
		}
	}
	n, err := l.appendLines(records)
	if err != nil {
		l.cutBack(err)
		return l.storeError("write", err)
	}
	l.size += n
	l.lines += len(records)
	l.last = records[len(records)-1].Kind
	for _, r := range records {
		l.applyRecord(r)
	}
	return nil
}

func isAboutMessage(r Record) bool { return r.Kind.isAboutMessage() }

// writeBlock is how much is written at once. A batch is much less, and the
// marks of a whole maildrop are much more.
const writeBlock = 1 << 20

// appendLines appends the lines of the records, and returns how many bytes they are.
func (l *Ledger) appendLines(records []Record) (n int64, err error) {
	var lines []byte
	for i, r := range records {
		start := len(lines)
		lines = r.appendLine(lines)
		if len(lines)-start > maxLine {
			return n, errLongLine
		}
		if len(lines) < writeBlock && i < len(records)-1 {
			continue
		}
		if _, err := l.file.Write(lines); err != nil {
			return n, err
		}
		n += int64(len(lines))
		lines = lines[:0]
	}
	if slices.ContainsFunc(records, isAboutMessage) {
		err = l.syncFile()
	}
	return n, err
}

// cutBack cuts off what a write that failed may have left, so that a later
// line doesn't follow half a one. A disk that doesn't even do that gets no
// more lines.
func (l *Ledger) cutBack(cause error) {
	err := l.file.Truncate(l.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		l.broken = fmt.Errorf("an earlier write failed: %w", cause)
	}
}

// ID is an identity that no other ledger has.
func (l *Ledger) ID() string { return l.id }

// Lookup returns what is known of a message.
func (l *Ledger) Lookup(key Key) (Entry, bool) {
	row := l.table.findRow(string(key))
	if row < 0 {
		return Entry{}, false
	}
	e := l.table.entryOf(row)
	return e, e.state != 0
}

// RowOf returns a number that stands for the key as long as the ledger is
// open. A key of which nothing is known gets one as well, below Rows.
func (l *Ledger) RowOf(key Key) int { return findOrAddRow(&l.table, string(key)) }

// RowOfUID is RowOf for the key of the first message with a UID.
func (l *Ledger) RowOfUID(uid []byte) int {
	if isKey(uid) {
		return findOrAddRow(&l.table, uid)
	}
	return l.RowOf(MakeKey(string(uid), 1))
}

// Row returns the key with that number and what is known of it, the zero Entry
// if that is nothing.
func (l *Ledger) Row(n int) (Key, Entry) {
	return Key(l.table.keyOf(n)), l.table.entryOf(n)
}

// Rows is how many keys have a number.
func (l *Ledger) Rows() int { return l.table.rows }

// Len is the number of messages of which something is known.
func (l *Ledger) Len() int { return l.table.live }

// All yields every message of which something is known, in the order in which
// it was first heard of. The ledger must not change meanwhile.
func (l *Ledger) All() iter.Seq2[Key, Entry] { return l.table.allEntries() }

// Failure returns what is known of a message that could not be had.
func (l *Ledger) Failure(key Key) Failure { return l.failures[key] }

// LastWritten is when the file was last written to, more exactly than its records
// tell.
func (l *Ledger) LastWritten() (time.Time, error) {
	info, err := l.file.OS().Stat()
	if err != nil {
		return time.Time{}, l.storeError("look at", err)
	}
	return info.ModTime(), nil
}

// Summary returns what is known of the account's runs.
func (l *Ledger) Summary() Summary { return l.summary }

// Pending returns the messages that were staged and are not yet kept, with
// their keys, in the order of their keys.
func (l *Ledger) Pending() ([]Key, []store.Staged) {
	keys := slices.Sorted(maps.Keys(l.places))
	pending := make([]store.Staged, len(keys))
	for i, key := range keys {
		entry, _ := l.Lookup(key)
		pending[i] = store.Staged{Place: l.places[key], Time: entry.Since()}
	}
	return keys, pending
}

// Close releases the lock.
func (l *Ledger) Close() error {
	var errs []error
	if l.file != nil {
		errs = append(errs, l.file.Close())
	}
	if l.lock != nil {
		errs = append(errs, l.lock.release())
	}
	return errors.Join(errs...)
}
