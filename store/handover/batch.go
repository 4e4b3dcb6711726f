package handover

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"

	"popfetch/store"
)

// batch is one message, or none yet.
type batch struct {
	m     *Mailbox
	spool string // the name of the file, once the message in it is complete
}

var errSecond = errors.New("a second message in one batch")

// Append implements store.Batch.
func (b *batch) Append(r io.Reader) (int64, error) {
	if b.spool != "" {
		return 0, b.m.storeError("write the spool of", errSecond)
	}
	var unique [8]byte
	rand.Read(unique[:])
	name := b.m.Spool + hex.EncodeToString(unique[:])
	size, readErr, err := b.m.writeSpool(name, r)
	switch {
	case err != nil:
		b.m.State.Remove(name) // which may not even be there
		return 0, b.m.storeError("write the spool of", err)
	case readErr != nil:
		if err := b.m.State.Remove(name); err != nil {
			return 0, b.m.storeError("clean up after", err)
		}
		return 0, readErr
	}
	b.spool = name
	return size, nil
}

func (m *Mailbox) writeSpool(name string, r io.Reader) (size int64, readErr, err error) {
	file, err := m.State.Create(name)
	if err != nil {
		return 0, nil, err
	}
	size, readErr, err = m.copier.Copy(file, r)
	return size, readErr, errors.Join(err, file.Close())
}

// Stage implements store.Batch. It finds out whether the receiver is there, so
// that no message is in doubt because it isn't.
func (b *batch) Stage() ([]string, error) {
	if b.spool == "" {
		return nil, nil
	}
	if err := b.m.stopCause(); err != nil {
		return nil, err
	}
	if err := b.m.to.Prepare(b.m.life); err != nil {
		if b.m.life.Err() != nil {
			return nil, b.m.stopCause()
		}
		return nil, err
	}
	return []string{store.MakePlace(Kind, b.spool)}, nil
}

// Publish implements store.Batch.
func (b *batch) Publish() error {
	if b.spool == "" {
		return nil
	}
	// A spool that stays is removed by the next run. It is no reason to call a
	// message undelivered that was delivered.
	defer b.Discard()
	message, err := b.m.State.Open(b.spool)
	if err != nil {
		return &store.Refused{Err: b.m.storeError("read the spool of", err)}
	}
	defer message.Close()
	err = b.m.handOver(message)
	if err != nil && b.m.life.Err() != nil && !errors.As(err, new(*store.Refused)) {
		return b.m.stopCause() // and nobody knows
	}
	return err
}

// Discard implements store.Batch.
func (b *batch) Discard() error {
	if b.spool == "" {
		return nil
	}
	name := b.spool
	b.spool = ""
	if err := b.m.State.Remove(name); err != nil {
		return b.m.storeError("clean up after", err)
	}
	return nil
}
