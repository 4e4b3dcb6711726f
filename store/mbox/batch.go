package mbox

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"

	"popfetch/store/durable"
)

// spoolBuffer is how much of a spool is written at once.
const spoolBuffer = 64 << 10

// batch is a spool, from the first message on, and what becomes of it.
type batch struct {
	m     *Mbox
	spool *durable.File
	out   *bufio.Writer
	in    *bufio.Reader
	size  int64 // of the messages that are complete
	spans []span
	block block
	lock  *lock // from Stage on
	err   error // why it can't be staged
}

// Append implements store.Batch. The size it returns is that of the message
// with LF line ends, without what only the mbox needs: the From_ line, quotes
// and the blank line.
func (b *batch) Append(r io.Reader) (int64, error) {
	if b.spool == nil {
		if err := b.createSpool(); err != nil {
			return 0, b.m.storeError("write the spool of", err)
		}
	}
	b.in.Reset(r)
	size, readErr, err := b.writeSpool()
	if readErr != nil || err != nil {
		err = errors.Join(err, b.cutSpool())
	}
	if err != nil {
		return 0, b.m.storeError("write the spool of", err)
	}
	return size, readErr
}

// createSpool makes the spool, with a name that no other spool has or had, because
// a name that is gone means that its messages were published.
func (b *batch) createSpool() (err error) {
	var unique [8]byte
	rand.Read(unique[:])
	b.block.spool = b.m.prefix + hex.EncodeToString(unique[:])
	if b.spool, err = b.m.state.OpenAppend(b.block.spool); err != nil {
		return err
	}
	b.out = bufio.NewWriterSize(b.spool, spoolBuffer)
	b.in = bufio.NewReaderSize(nil, envelopeWindow)
	return nil
}

// writeSpool writes the message in b.in to the spool, and counts it if it is
// complete. Nothing of it remains in the buffer, where it would share the fate
// of the next one.
func (b *batch) writeSpool() (size int64, readErr, err error) {
	counter := &counter{w: b.out}
	size, readErr, err = writeMessage(counter, b.in, &b.m.copier)
	if readErr == nil && err == nil {
		err = b.out.Flush()
	}
	if readErr != nil || err != nil {
		return 0, readErr, err
	}
	b.spans = append(b.spans, span{start: b.size, length: counter.n})
	b.size += counter.n
	return size, nil, nil
}

// cutSpool cuts the spool behind the last message that is complete. A spool
// that can't be cut can't be staged.
func (b *batch) cutSpool() error {
	b.out.Reset(b.spool)
	b.err = b.spool.Truncate(b.size)
	return b.err
}

// Stage implements store.Batch. When it succeeds, the mbox remains locked.
func (b *batch) Stage() ([]string, error) {
	if len(b.spans) == 0 {
		return nil, nil
	}
	if err := b.syncSpool(); err != nil {
		return nil, b.m.storeError("write the spool of", err)
	}
	lock, err := b.m.acquireLock(b.m.wait)
	if err != nil {
		return nil, b.m.storeError("lock", err)
	}
	b.lock, b.m.held = lock, lock
	b.block.path = b.m.dir.Path(b.m.name)
	if b.block.base, b.block.separator, err = lock.nextBase(); err != nil {
		return nil, b.m.storeError("read", err)
	}
	places := make([]string, len(b.spans))
	for i, span := range b.spans {
		places[i] = b.block.placeOf(span)
	}
	return places, nil
}

func (b *batch) syncSpool() error {
	if b.err != nil {
		return b.err
	}
	if err := b.spool.Sync(); err != nil {
		return err
	}
	return b.m.state.Sync(".")
}

// Publish implements store.Batch. The lock is given up in any case: repair
// takes it again.
func (b *batch) Publish() error {
	if len(b.spans) == 0 {
		return b.Discard()
	}
	defer b.releaseLock()
	if err := b.spool.Close(); err != nil {
		return b.m.storeError("write the spool of", err)
	}
	missing := b.spans
	size, err := b.lock.file.Size()
	if err == nil && size != b.block.base { // by a program that doesn't heed locks
		missing, err = b.m.missingSpans(b.lock, b.block, b.spans)
	}
	if err != nil {
		return b.m.storeError("read", err)
	}
	return b.m.deliverBlock(b.lock, b.block, missing)
}

// Discard implements store.Batch.
func (b *batch) Discard() error {
	b.releaseLock()
	if b.spool == nil {
		return nil
	}
	b.spool.Close()
	if err := b.m.state.Remove(b.block.spool); err != nil {
		return b.m.storeError("clean up after", err)
	}
	return nil
}

func (b *batch) releaseLock() {
	if b.lock != nil {
		b.lock.release()
		b.lock, b.m.held = nil, nil
	}
}

// A counter counts what passes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
