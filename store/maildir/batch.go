package maildir

import (
	"io"
	"time"

	"popfetch/store/durable"
)

// batch holds the files of one batch, which lie in tmp until Publish.
type batch struct {
	m     *Maildir
	group *durable.Group
	names []string // as they will be in new
	err   error    // why it can't be staged
}

// Append implements store.Batch.
func (b *batch) Append(r io.Reader) (int64, error) {
	temp := uniqueName(time.Now(), b.m.id)
	file, err := b.m.tmp.Create(temp)
	if err != nil {
		return 0, b.m.storeError("write to", err)
	}
	size, readErr, err := b.m.copier.Copy(file, r)
	if readErr != nil || err != nil {
		file.Close()
		b.m.tmp.Remove(temp)
		if readErr != nil {
			return 0, readErr
		}
		return 0, b.m.storeError("write to", err)
	}
	b.names = append(b.names, sizedName(temp, size))
	if b.err = b.group.Add(file); b.err != nil {
		return 0, b.m.storeError("write to", b.err)
	}
	return size, nil
}

// Stage implements store.Batch.
func (b *batch) Stage() ([]string, error) {
	if len(b.names) == 0 {
		return nil, nil
	}
	if b.err == nil {
		b.err = b.m.syncGroup(b.group)
	}
	if b.err != nil {
		return nil, b.m.storeError("sync", b.err)
	}
	places := make([]string, len(b.names))
	for i, name := range b.names {
		places[i] = b.m.placeOf(name)
	}
	return places, nil
}

// syncGroup syncs a group, and at the first time the Maildir with its folders, because
// whoever made them, an earlier run or another program, may not have come to it.
func (m *Maildir) syncGroup(group *durable.Group) error {
	if m.settled {
		return group.Sync()
	}
	err := group.Sync(m.dir)
	m.settled = err == nil
	return err
}

// Publish implements store.Batch.
func (b *batch) Publish() error {
	if len(b.names) == 0 {
		return nil
	}
	for _, name := range b.names {
		if err := b.m.tmp.Move(tempName(name), b.m.new, name); err != nil {
			return b.m.storeError("deliver to", err)
		}
	}
	if err := b.m.new.Sync("."); err != nil {
		return b.m.storeError("sync", err)
	}
	return nil
}

// Discard implements store.Batch.
func (b *batch) Discard() error {
	err := b.group.Close()
	for _, name := range b.names {
		if e := b.m.tmp.Remove(tempName(name)); e != nil && err == nil {
			err = e
		}
	}
	if err != nil {
		return b.m.storeError("clean up in", err)
	}
	return nil
}
