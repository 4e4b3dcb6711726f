package maildir

import (
	"io"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
)

// Maildir is a store.Mailbox.
type Maildir struct {
	dir    *durable.Dir
	id     string
	made   bool // by Open: nothing of earlier runs can be in it
	copier store.Copier
}

// Open opens the Maildir at path for the ledger with the given identity, and
// makes it, 0700, where there is none.
func Open(path, id string) (*Maildir, error) {
	dir, made, err := durable.MakeDir(path)
	if err != nil {
		return nil, fault("open", path, err)
	}
	m := &Maildir{dir: dir, id: id, made: made}
	for _, name := range []string{"tmp", "new", "cur"} {
		if err := m.ensure(name); err != nil {
			dir.Close()
			return nil, fault("open", path, err)
		}
	}
	return m, nil
}

func (m *Maildir) ensure(name string) error {
	exists, err := m.dir.Exists(name)
	if err != nil || exists {
		return err
	}
	m.made = m.made || name == "tmp"
	return m.dir.Mkdir(name)
}

func fault(op, path string, err error) error {
	return &store.Error{Op: op + " maildir " + path, Err: err}
}

func (m *Maildir) fault(op string, err error) error { return fault(op, m.dir.Path(), err) }

// Close implements store.Mailbox.
func (m *Maildir) Close() error { return m.dir.Close() }

// Begin implements store.Mailbox.
func (m *Maildir) Begin() (store.Batch, error) {
	return &batch{m: m, group: m.dir.Group("tmp")}, nil
}

// batch holds the files of one batch, which lie in tmp until Publish.
type batch struct {
	m     *Maildir
	group *durable.Group
	names []string // as they will be in new
}

// Append implements store.Batch.
func (b *batch) Append(r io.Reader) (int64, error) {
	temp := uniqueName(time.Now(), b.m.id)
	file, err := b.m.dir.Create("tmp/" + temp)
	if err != nil {
		return 0, b.m.fault("write to", err)
	}
	size, readErr, err := b.m.copier.Copy(file, r)
	if readErr != nil || err != nil {
		file.Close()
		b.m.dir.Remove("tmp/" + temp)
		if readErr != nil {
			return 0, readErr
		}
		return 0, b.m.fault("write to", err)
	}
	b.names = append(b.names, sized(temp, size))
	if err := b.group.Add(file); err != nil {
		return 0, b.m.fault("write to", err)
	}
	return size, nil
}

// Stage implements store.Batch. A place is the file's name in new.
func (b *batch) Stage() ([]string, error) {
	if err := b.group.Sync(); err != nil {
		return nil, b.m.fault("sync", err)
	}
	return b.names, nil
}

// Publish implements store.Batch.
func (b *batch) Publish() error {
	for _, name := range b.names {
		if err := b.m.publish(name); err != nil {
			return b.m.fault("deliver to", err)
		}
	}
	if err := b.m.dir.Sync("new"); err != nil {
		return b.m.fault("sync", err)
	}
	return nil
}

func (m *Maildir) publish(name string) error {
	return m.dir.Rename("tmp/"+tempName(name), "new/"+name)
}

// Discard implements store.Batch.
func (b *batch) Discard() error {
	err := b.group.Close()
	for _, name := range b.names {
		if e := b.m.dir.Remove("tmp/" + tempName(name)); e != nil && err == nil {
			err = e
		}
	}
	if err != nil {
		return b.m.fault("clean up in", err)
	}
	return nil
}
