package storetest_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/maildir"
	"popfetch/store/mbox"
)

// A scenario is a small popfetch: it fetches messages from a list instead of a
// server, and does with the store what package fetch does.
type scenario struct {
	name    string
	mbox    bool // else a Maildir
	batches int
	each    int  // messages in a batch
	size    int  // bytes of a message, at least
	user    bool // a mail program works on the mailbox after each batch
	rewrite bool // the ledger is rewritten after the first batch
}

func (s scenario) total() int { return s.batches * s.each }

// wire returns message i as the server sends it.
func (s scenario) wire(i int) string {
	head := fmt.Sprintf("Return-Path: <a@example.org>\r\nSubject: %d\r\n\r\nFrom here\r\n>From there\r\n", i)
	return head + strings.Repeat("All work and no play makes Jack a dull boy.\r\n", s.size/45)
}

// stored returns message i as it is to be found in the mailbox.
func (s scenario) stored(i int) string { return strings.ReplaceAll(s.wire(i), "\r\n", "\n") }

func (s scenario) mailbox(root string) string {
	if s.mbox {
		return filepath.Join(root, "mail", "mbox")
	}
	return filepath.Join(root, "Maildir")
}

func key(i int) ledger.Key { return ledger.MakeKey(fmt.Sprintf("uid%04d", i), 1) }

// A run is one run of the small popfetch.
type run struct {
	scenario
	root   string
	ledger *ledger.Ledger
	box    store.Mailbox
	kept   []ledger.Record // and not yet recorded
}

// run fetches everything that the ledger doesn't call fetched.
func (s scenario) run(root string) (err error) {
	state, _, err := durable.MakeDir(filepath.Join(root, "state"))
	if err != nil {
		return &store.Error{Op: "make the state folder", Err: err}
	}
	defer state.Close()
	r := &run{scenario: s, root: root}
	if r.ledger, err = ledger.Open(state, "work", 0); err != nil {
		return err
	}
	defer func() { r.ledger.Close() }()
	if s.mbox {
		r.box, err = mbox.Open(s.mailbox(root), state, "work.spool", r.ledger.ID(), &mbox.Options{LockTimeout: time.Second})
	} else {
		r.box, err = maildir.Open(s.mailbox(root), r.ledger.ID())
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.box.Close()) }()
	if err := r.repair(); err != nil {
		return err
	}
	return r.fetch(state)
}

func (r *run) repair() error {
	keys, staged := r.ledger.Pending()
	kept, err := r.box.Repair(staged)
	if err != nil {
		return err
	}
	var records []ledger.Record
	for i, key := range keys {
		kind := ledger.Forgot
		if kept[i] {
			kind = ledger.Kept
		}
		records = append(records, ledger.Record{Kind: kind, Time: time.Now(), Key: key})
	}
	return r.ledger.Append(records...)
}

func (r *run) fetch(state *durable.Dir) error {
	var missing []int
	for i := range r.total() {
		if e, _ := r.ledger.Lookup(key(i)); !e.IsFetched() {
			missing = append(missing, i)
		}
	}
	for len(missing) > 0 {
		n := min(len(missing), r.each)
		if err := r.commit(missing[:n]); err != nil {
			return errors.Join(err, r.ledger.Append(r.kept...))
		}
		missing = missing[n:]
		if r.rewrite && len(missing) > 0 {
			if err := r.rewriteLedger(state); err != nil {
				return err
			}
		}
	}
	return r.ledger.Append(r.kept...)
}

// rewriteLedger brings so many lines of no use into the ledger that it is
// rewritten when it is opened again.
func (r *run) rewriteLedger(state *durable.Dir) error {
	useless := slices.Repeat([]ledger.Record{{Kind: ledger.Done, Time: time.Now()}}, 1100)
	if err := r.ledger.Append(append(r.kept, useless...)...); err != nil {
		return err
	}
	r.kept = nil
	if err := r.ledger.Close(); err != nil {
		return err
	}
	l, err := ledger.Open(state, "work", 0)
	if err == nil {
		r.ledger = l
	}
	return err
}

// commit takes one batch from the server to the mailbox, or as much of it as
// there is room for.
func (r *run) commit(messages []int) (err error) {
	b, err := r.box.Begin()
	if err != nil {
		return err
	}
	var records []ledger.Record
	for _, i := range messages {
		size, appendErr := b.Append(strings.NewReader(r.wire(i)))
		if appendErr != nil {
			defer func() { err = errors.Join(appendErr, err) }()
			break
		}
		records = append(records, ledger.Record{Kind: ledger.Staged, Time: time.Now(), Key: key(i), StoredSize: size})
	}
	places, err := b.Stage()
	if err != nil {
		return errors.Join(err, b.Discard())
	}
	for i := range records {
		records[i].Text = places[i]
	}
	if err := r.ledger.Append(append(r.kept, records...)...); err != nil {
		return err
	}
	r.kept = nil
	if err := b.Publish(); err != nil {
		return err
	}
	for _, record := range records {
		r.kept = append(r.kept, ledger.Record{Kind: ledger.Kept, Time: time.Now(), Key: record.Key})
	}
	if r.user {
		return r.deleteMail(r.root)
	}
	return nil
}
