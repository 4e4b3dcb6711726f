package fetch

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"popfetch/store"
	"popfetch/store/ledger"
)

// A batch is a number of messages on their way into the mailbox, and what the
// ledger will say of each.
type batch struct {
	store.Batch
	records []ledger.Record // one for each message, in the order of Append
	bytes   int64
	begun   time.Time
}

// A batch is closed between two messages by whichever comes first. A message
// may be larger than maxBatchBytes; then it is a batch of its own.
const (
	maxBatchMessages = 128
	maxBatchBytes    = 8 << 20
	maxBatchAge      = 2 * time.Second
)

func (b *batch) full() bool {
	return len(b.records) >= maxBatchMessages || b.bytes >= maxBatchBytes || time.Since(b.begun) >= maxBatchAge
}

// A committer makes batches durable, one after the other, in a goroutine of
// its own: it stages a batch, records that, publishes it, and records with the
// next batch that this one is kept.
type committer struct {
	ledger  *ledger.Ledger
	batches chan *batch
	done    chan struct{}

	stopped atomic.Bool // after an error: no batch will be made durable any more

	// Owned by the goroutine until done is closed.
	kept  []ledger.Record // published, and not yet called kept
	all   []ledger.Record // every record that the ledger calls kept
	error error
}

func startCommitter(l *ledger.Ledger) *committer {
	c := &committer{ledger: l, batches: make(chan *batch, 1), done: make(chan struct{})}
	go c.run()
	return c
}

func (c *committer) run() {
	defer close(c.done)
	for b := range c.batches {
		if c.error != nil {
			b.Discard() // what fails here is cleared away by the next run
			continue
		}
		if c.error = c.commit(b); c.error != nil {
			c.stopped.Store(true)
		}
	}
	if err := c.recordKept(nil); c.error == nil {
		c.error = err
	}
}

// commit takes a batch from complete to published. From the moment at which
// the ledger may have called it staged, it is finished or left to the repair
// of the next run, and never taken back.
func (c *committer) commit(b *batch) error {
	places, err := b.Stage()
	if err != nil {
		return errors.Join(err, b.Discard())
	}
	now := time.Now()
	for i := range b.records {
		r := &b.records[i]
		r.Kind, r.Time, r.Text = ledger.Staged, now, places[i]
	}
	if err := c.recordKept(b.records); err != nil {
		return err
	}
	if err := b.Publish(); err != nil {
		return err
	}
	for _, r := range b.records {
		c.kept = append(c.kept, ledger.Record{Kind: ledger.Kept, Time: now, Key: r.Key})
	}
	c.all = append(c.all, b.records...)
	return nil
}

// recordKept writes that the last batch is kept, together with what else there
// is to be said, in one write and one sync.
func (c *committer) recordKept(more []ledger.Record) error {
	err := c.ledger.Append(slices.Concat(c.kept, more)...)
	if err == nil {
		c.kept = c.kept[:0]
	}
	return err
}

// finish waits until every batch is durable, and returns what is kept.
func (c *committer) finish() ([]ledger.Record, error) {
	close(c.batches)
	<-c.done
	return c.all, c.error
}
