package maildir

import (
	"errors"
	"io/fs"
	"path/filepath"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/hint"
)

// Maildir is a store.Mailbox.
type Maildir struct {
	dir     *durable.Dir
	tmp     *durable.Dir // from the first Begin on, as is new
	new     *durable.Dir
	id      string
	path    string // absolute, and without symbolic links
	missing bool   // is tmp, and with it all that an earlier run had there
	settled bool   // are the folders sure to last
	copier  store.Copier
}

// Open opens the Maildir at path for the ledger with the given identity, and
// makes it, 0700, where there is none.
//
// It leaves it to Repair and Begin to make tmp. A Maildir that has none is a
// new one, even if several runs die before one of them could record what that
// means for the messages that were staged.
func Open(path, id string) (*Maildir, error) {
	m := &Maildir{id: id}
	if err := m.openAt(path); err != nil {
		return nil, &store.Error{Op: "open maildir " + path, Err: err}
	}
	return m, nil
}

func (m *Maildir) openAt(path string) (err error) {
	if m.path, err = filepath.Abs(path); err != nil {
		return err
	}
	if m.dir, _, err = durable.MakeDir(path); err != nil {
		return err
	}
	m.path = realPath(m.path)
	if err = m.makeFolders(); err != nil {
		m.dir.Close()
	}
	return err
}

// realPath returns the path without symbolic links, as a link may lead
// elsewhere by the time of the repair.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// makeFolders makes new and cur.
func (m *Maildir) makeFolders() error {
	for _, name := range []string{"new", "cur"} {
		if _, err := m.makeFolder(name); err != nil {
			return err
		}
		// A link that leads out of the Maildir is refused now, and not when
		// messages are to be moved there.
		f, err := m.dir.Open(name)
		if err != nil {
			return hint.Errorf("make "+m.dir.Path(name)+" a folder of the Maildir's own, or name another place", "%w", err)
		}
		f.Close()
	}
	there, err := m.dir.Exists("tmp")
	if err != nil {
		return err
	}
	m.missing = !there
	return nil
}

// makeFolder makes a folder that isn't there.
func (m *Maildir) makeFolder(name string) (made bool, err error) {
	exists, err := m.dir.Exists(name)
	if err != nil || exists {
		return false, err
	}
	err = m.dir.Mkdir(name)
	if errors.Is(err, fs.ErrExist) {
		return false, nil // another account was faster
	}
	return true, err
}

func (m *Maildir) storeError(op string, err error) error {
	return &store.Error{Op: op + " maildir " + m.dir.Path(), Err: err}
}

// Close implements store.Mailbox.
func (m *Maildir) Close() error {
	var errs []error
	for _, dir := range []*durable.Dir{m.tmp, m.new, m.dir} {
		if dir != nil {
			errs = append(errs, dir.Close())
		}
	}
	return errors.Join(errs...)
}

// Promise implements store.Mailbox.
func (m *Maildir) Promise() store.Promise { return store.ExactlyOnce }

// Begin implements store.Mailbox.
func (m *Maildir) Begin() (store.Batch, error) {
	if m.new == nil {
		if err := m.openTmpAndNew(); err != nil {
			return nil, m.storeError("open", err)
		}
	}
	return &batch{m: m, group: m.tmp.Group()}, nil
}

// openTmpAndNew opens the folders that messages go through.
func (m *Maildir) openTmpAndNew() (err error) {
	if err := m.makeTmp(); err != nil {
		return err
	}
	if m.tmp == nil {
		if m.tmp, err = m.dir.OpenSub("tmp"); err != nil {
			return err
		}
	}
	m.new, err = m.dir.OpenSub("new")
	return err
}

// makeTmp makes tmp, if there was none.
func (m *Maildir) makeTmp() error {
	if !m.missing {
		return nil
	}
	_, err := m.makeFolder("tmp")
	m.missing = err != nil
	return err
}
