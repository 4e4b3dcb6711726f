package mbox

import (
	"cmp"
	"io"
	"path/filepath"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
)

// Mbox is a store.Mailbox.
type Mbox struct {
	path   string
	dir    *durable.Dir // the folder of the file that path leads to
	name   string       // of that file
	state  *durable.Dir
	id     string // of the ledger
	prefix string // of the names of its spools
	wait   time.Duration
	stop   <-chan struct{}
	note   func(format string, args ...any)
	held   *lock // from Stage to Publish or Discard
	copier store.Copier
}

// Options are what Open can do without. Nil is the same as the zero value.
type Options struct {
	// LockTimeout is how long to wait for another program that has the mbox
	// locked, 30 seconds where it is zero.
	LockTimeout time.Duration

	// Stop, once it is closed, ends that wait. Nil never does.
	Stop <-chan struct{}

	// Note, unless it is nil, is told what is good to know of the file system.
	Note func(format string, args ...any)
}

const defaultLockTimeout = 30 * time.Second

// Open opens the mbox at path, which need not exist yet, for the ledger with
// the given identity. The spools, whose names begin with spoolName, are kept
// in the state folder, which remains the caller's.
func Open(path string, state *durable.Dir, spoolName, id string, opts *Options) (*Mbox, error) {
	m := newUnopened(state, spoolName, id, opts)
	if err := m.locateFile(path); err != nil {
		return nil, m.storeError("open", err)
	}
	return m, nil
}

// newUnopened is an mbox of which all is known but the file.
func newUnopened(state *durable.Dir, spoolName, id string, opts *Options) *Mbox {
	m := &Mbox{state: state, id: id, prefix: spoolName + "." + id + ".", wait: defaultLockTimeout}
	if opts != nil {
		m.wait, m.stop, m.note = cmp.Or(opts.LockTimeout, m.wait), opts.Stop, opts.Note
	}
	return m
}

// locateFile finds the file that path leads to, and opens its folder.
func (m *Mbox) locateFile(path string) error {
	m.path = path
	real, err := resolveTarget(path)
	if err != nil {
		return err
	}
	// Two accounts of the same mbox share this path, which has no links.
	if m.dir, _, err = durable.MakeCommon(filepath.Dir(real)); err != nil {
		return err
	}
	m.name = filepath.Base(real)
	if err = m.checkTarget(); err != nil {
		m.dir.Close()
	}
	return err
}

func (m *Mbox) storeError(op string, err error) error {
	return &store.Error{Op: op + " mbox " + m.path, Err: err}
}

// Promise implements store.Mailbox.
func (m *Mbox) Promise() store.Promise { return store.ExactlyOnce }

// Begin implements store.Mailbox.
func (m *Mbox) Begin() (store.Batch, error) { return &batch{m: m}, nil }

// removeSpool removes a spool, durably: from then on the mbox may be changed
// by others, and must not be compared with it any more.
func (m *Mbox) removeSpool(name string) error {
	if err := m.state.Remove(name); err != nil {
		return err
	}
	return m.state.Sync(".")
}

// openSpool opens the spool of a block, and returns the text of the block.
func (m *Mbox) openSpool(b block) (io.Reader, io.Closer, error) {
	f, err := m.state.Open(b.spool)
	if err != nil {
		return nil, nil, err
	}
	return io.MultiReader(newlineReader(b.separator), f), f, nil
}

// Close implements store.Mailbox. A batch that is staged and not published is
// left to repair.
func (m *Mbox) Close() error {
	if m.held != nil {
		m.held.release()
	}
	return m.dir.Close()
}
