package powerloss

import (
	"path/filepath"

	"popfetch/store/durable"
)

// A node is a file or folder that an operation concerned.
type node struct {
	at     string // where it is now, or where it is kept
	folder bool
	size   int64 // now
	synced int64 // so many bytes of it are durable
	cuts   []cut // that are not, oldest first

	restored bool // by RollBack
}

// A cut is a truncation, and where the end that it took away is kept.
type cut struct {
	size int64
	tail string
}

// A step is a change to the entries of one folder, or of two if it is a
// rename, in the order of the log.
type step struct {
	node     *node
	from, to string // from is "" where it was created or linked, to where it was removed
	safe     bool   // a sync made it durable
}

// sharesEntry reports whether both steps change an entry of the same name.
func (s *step) sharesEntry(o *step) bool {
	return s.from != "" && (s.from == o.from || s.from == o.to) ||
		s.to != "" && (s.to == o.from || s.to == o.to)
}

// A model is what the log tells: which entries there were at first, the steps
// since, and which there are now.
type model struct {
	first map[string]*node // by path, nil where there was none
	now   map[string]*node
	steps []*step
}

func newModel() *model { return &model{first: map[string]*node{}, now: map[string]*node{}} }

// nodeAt returns what is at path. What is met for the first time was there
// before the log began, and counts as durable.
func (m *model) nodeAt(path string, size int64) *node {
	if _, known := m.first[path]; !known {
		m.first[path] = &node{at: path, size: size, synced: size}
		m.now[path] = m.first[path]
	}
	return m.now[path]
}

// noteAbsent takes note that there is nothing at path, and was not before the log
// began either, if it is met for the first time.
func (m *model) noteAbsent(path string) {
	if _, known := m.first[path]; !known {
		m.first[path] = nil
	}
}

// applyEntry takes in the next entry of the log.
func (m *model) applyEntry(e entry) {
	switch e.Kind {
	case durable.Create:
		m.applyCreate(e)
	case durable.Write:
		m.nodeAt(e.Path, e.Before).size = e.After
	case durable.Truncate:
		n := m.nodeAt(e.Path, e.Before)
		n.size = e.After
		n.cuts = append(n.cuts, cut{size: e.Size, tail: e.Kept})
	case durable.Link:
		m.noteAbsent(e.To)
		m.addStep(&step{node: m.nodeAt(e.Path, e.Before), to: e.To})
	case durable.Rename:
		m.applyRename(e)
	case durable.Remove:
		n := m.nodeAt(e.Path, e.Before)
		n.at = e.Kept
		m.addStep(&step{node: n, from: e.Path})
	case durable.SyncFile:
		m.nodeAt(e.Path, e.Before).markSynced()
	case durable.SyncDir:
		m.syncFolder(filepath.Clean(e.Path))
	case durable.SyncFS:
		m.syncAll()
	}
}

func (m *model) applyCreate(e entry) {
	if e.Existed {
		m.nodeAt(e.Path, e.Before)
		return
	}
	m.noteAbsent(e.Path)
	m.addStep(&step{node: &node{at: e.Path, folder: e.Folder}, to: e.Path})
}

func (m *model) applyRename(e entry) {
	n := m.nodeAt(e.Path, e.Before)
	if e.Kept == "" {
		m.noteAbsent(e.To)
	} else {
		m.nodeAt(e.To, 0).at = e.Kept
	}
	n.at = e.To
	m.addStep(&step{node: n, from: e.Path, to: e.To})
}

// addStep lets a step take effect.
func (m *model) addStep(s *step) {
	if s.from != "" {
		m.now[s.from] = nil
	}
	if s.to != "" {
		m.now[s.to] = s.node
	}
	m.steps = append(m.steps, s)
}

func (n *node) markSynced() { n.synced, n.cuts = n.size, nil }

// syncFolder makes the entries of a folder durable: what was created in it,
// removed from it and renamed into it. A rename out of it waits for the sync
// of the folder where the file went.
func (m *model) syncFolder(path string) {
	for i, s := range m.steps {
		name := s.to
		if name == "" {
			name = s.from
		}
		if filepath.Dir(name) == path {
			m.saveStep(i)
		}
	}
}

// saveStep makes a step durable, and before it those on which it rests.
func (m *model) saveStep(i int) {
	s := m.steps[i]
	if s.safe {
		return
	}
	s.safe = true
	for j, earlier := range m.steps[:i] {
		if earlier.sharesEntry(s) {
			m.saveStep(j)
		}
	}
}

func (m *model) syncAll() {
	for _, s := range m.steps {
		s.safe = true
		s.node.markSynced()
	}
	for _, n := range m.first {
		if n != nil {
			n.markSynced()
		}
	}
}

// entriesAfter returns the entries after a crash that these steps survive, by path.
// A path that is not in it isn't known to the model.
func (m *model) entriesAfter(survive []bool) map[string]*node {
	entries := map[string]*node{}
	for path := range m.now {
		entries[path] = m.first[path]
	}
	for i, s := range m.steps {
		if !survive[i] {
			continue
		}
		if s.from != "" {
			entries[s.from] = nil
		}
		if s.to != "" {
			entries[s.to] = s.node
		}
	}
	return entries
}

// chooseSurvivors chooses the steps that survive: those that are safe, and of the
// others those that pick picks, with those on which they rest.
func (m *model) chooseSurvivors(pick func() bool) []bool {
	survive := make([]bool, len(m.steps))
	for i := len(m.steps) - 1; i >= 0; i-- {
		s := m.steps[i]
		survive[i] = s.safe || pick()
		for j := i + 1; j < len(m.steps); j++ {
			survive[i] = survive[i] || survive[j] && m.steps[j].sharesEntry(s)
		}
	}
	return survive
}
