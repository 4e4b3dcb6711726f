package mbox

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"

	"popfetch/store"
	"popfetch/store/durable"
)

// Repair implements store.Mailbox; the package comment has the cases. It keeps
// every message that was staged, as the spool that is gone was published, and
// the one that is there is published now: in the mbox that the configuration
// named then, unless that is gone.
func (m *Mbox) Repair(staged []store.Staged) ([]bool, error) {
	kept, err := m.repairStaged(staged)
	if err != nil {
		return nil, err
	}
	return kept, m.removeLeftLock()
}

// Finish repairs mboxes for an account that has another kind of mailbox now. It
// tells the same as Repair, and needs what Open does. An mbox that is gone isn't
// made again: its messages aren't kept, and their spool stays, as to miss it
// would mean that they were published. It is the caller's to remove, once the
// ledger says so.
func Finish(staged []store.Staged, state *durable.Dir, spoolName, id string, opts *Options) ([]bool, error) {
	m := newUnopened(state, spoolName, id, opts)
	m.path = "of an earlier run"
	return m.repairStaged(staged)
}

func (m *Mbox) repairStaged(staged []store.Staged) ([]bool, error) {
	blocks := map[string]block{}
	spans := map[string][]span{}
	of := make([]string, len(staged))
	for i, s := range staged {
		b, span, err := parsePlace(s.Place)
		if err != nil {
			return nil, m.storeError("repair", err)
		}
		blocks[b.spool], of[i] = b, b.spool
		spans[b.spool] = append(spans[b.spool], span)
	}
	if err := m.clearSpools(blocks); err != nil {
		return nil, err
	}
	lost := map[string]bool{}
	inOrder := func(x, y block) int { return cmp.Compare(x.base, y.base) }
	for _, b := range slices.SortedFunc(maps.Values(blocks), inOrder) {
		settled, err := m.finishBlock(b, spans[b.spool])
		if err != nil {
			return nil, err
		}
		lost[b.spool] = !settled
	}
	kept := make([]bool, len(staged))
	for i, spool := range of {
		kept[i] = !lost[spool]
	}
	return kept, nil
}

// finishBlock settles a block in the mbox that its run had locked for it, and reports
// whether there was one.
func (m *Mbox) finishBlock(b block, spans []span) (settled bool, err error) {
	if m.dir != nil && (b.path == "" || b.path == m.dir.Path(m.name)) {
		return true, m.repairBlock(b, spans)
	}
	if b.path == "" {
		return false, m.storeError("repair", &store.PlaceError{Place: Kind + " " + b.spool, Kind: "place with a path"})
	}
	former := &Mbox{state: m.state, id: m.id, prefix: m.prefix, wait: m.wait, stop: m.stop, note: m.note}
	_, err = os.Stat(b.path)
	switch {
	case store.IsGone(err) && m.dir != nil:
		return true, m.repairBlock(b, spans) // it may have been moved here
	case store.IsGone(err):
		return false, nil
	case err == nil:
		err = former.locateFile(b.path)
	}
	if err != nil {
		return false, former.formerError(b, err)
	}
	defer former.Close()
	if err := former.repairBlock(b, spans); err != nil {
		return false, former.formerError(b, err)
	}
	return true, former.removeLeftLock()
}

// formerError says in which mbox a repair failed that the configuration doesn't name.
func (m *Mbox) formerError(b block, err error) error {
	return &store.Error{Op: "finish a delivery", Err: store.FormerError(Kind+" "+b.path, err)}
}

// removeLeftLock removes the dotlock that a run left when it died after all else was
// done, or half made. There may be nothing to deliver for long, and until then
// it would keep out mail programs.
func (m *Mbox) removeLeftLock() error {
	for _, name := range []string{m.name + dotSuffix, m.tempLock()} {
		exists, err := m.dir.Exists(name)
		if err != nil {
			return m.storeError("look for the lock of", err)
		}
		if !exists {
			continue
		}
		if l, err := m.acquireLock(0); err == nil {
			l.release()
		}
	}
	return nil
}

// clearSpools removes the spools that the ledger doesn't name, and forgets of the
// blocks those that have none. The identity tells which spools are the ledger's:
// the account may have had another name when they were made.
func (m *Mbox) clearSpools(blocks map[string]block) error {
	names, err := m.state.Names(".")
	if err != nil {
		return m.storeError("look for spools of", err)
	}
	there := map[string]bool{}
	for _, name := range names {
		there[name] = true
		if _, named := blocks[name]; !named && strings.Contains(name, "."+m.id+".") {
			if err := m.state.Remove(name); err != nil {
				return m.storeError("clean up after", err)
			}
		}
	}
	maps.DeleteFunc(blocks, func(name string, _ block) bool { return !there[name] })
	return nil
}

// repairBlock brings into the mbox what of the block isn't there, and removes its
// spool. The mbox is synced even if all is there: the run that wrote it may
// have died before it could.
func (m *Mbox) repairBlock(b block, spans []span) error {
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.start, y.start) })
	l, err := m.acquireLock(m.wait)
	if err != nil {
		return m.storeError("lock", err)
	}
	defer l.release()
	missing, err := m.missingSpans(l, b, spans)
	if err != nil {
		return m.storeError("read", err)
	}
	return m.deliverBlock(l, b, missing)
}

// missingSpans returns which messages of the block are not in the mbox, which it
// first cuts back to the base if it ends with a part of the block.
//
// A crash may have cut short the ledger's lines too, so that it names only the
// first messages of the spool. Then nothing was appended yet, and only those
// are to be: the others will be fetched again.
func (m *Mbox) missingSpans(l *lock, b block, spans []span) ([]span, error) {
	found, err := m.compareBlock(l, b)
	if err != nil || found == whole {
		return nil, err
	}
	if found == torn {
		return spans, l.file.Truncate(b.base)
	}
	return m.searchMissing(l, b.spool, spans)
}
