package maildir

import (
	"errors"
	"time"

	"popfetch/store"
)

// tempLifetime is how long mail programs leave files in tmp alone, by the
// Maildir specification: 36 hours.
const tempLifetime = 36 * time.Hour

// Repair implements store.Mailbox. A staged file that is in tmp is published.
// One that isn't was published before, with two exceptions: where tmp isn't
// the one in which it was staged, or it is so old that a mail program may have
// cleared it from there, it must be found elsewhere.
//
// What was staged in another Maildir, which the configuration named then, is
// published there: it doesn't lie anywhere else.
func (m *Maildir) Repair(staged []store.Staged) ([]bool, error) {
	r := &repair{id: m.id, sites: map[string]*site{}}
	defer r.closeSites()
	var err error
	if r.here, err = r.addSite(m); err != nil {
		return nil, m.storeError("look into", err)
	}
	kept, err := r.repairAll(staged)
	if err != nil {
		return nil, m.storeError("repair", err)
	}
	if len(staged) == 0 {
		if err := m.makeTmp(); err != nil {
			return nil, m.storeError("make", err)
		}
	}
	return kept, nil
}

// Finish repairs Maildirs for an account that has another kind of mailbox now.
// It tells the same as Repair. A Maildir that is gone isn't made again.
func Finish(id string, staged []store.Staged) ([]bool, error) {
	r := &repair{id: id, sites: map[string]*site{}}
	defer r.closeSites()
	kept, err := r.repairAll(staged)
	if err != nil {
		return nil, &store.Error{Op: "finish a delivery", Err: err}
	}
	return kept, nil
}

// PathOf returns the Maildir that a place is in.
func PathOf(place string) string {
	_, path, _ := parsePlace(place)
	return path
}

// A repair goes over the Maildirs in which messages were staged.
type repair struct {
	id    string
	here  *site            // the one that the configuration names now; nil for none
	sites map[string]*site // by path; nil where there is no Maildir any more
	all   []*site          // each of them once
}

// repairAll settles all that was staged.
func (r *repair) repairAll(staged []store.Staged) (kept []bool, err error) {
	kept = make([]bool, len(staged))
	for i, s := range staged {
		name, path, err := parsePlace(s.Place)
		if err != nil {
			return nil, err
		}
		if kept[i], err = r.publishStaged(name, path, s.Time); err != nil {
			return nil, err
		}
	}
	for _, s := range r.all {
		if err := s.syncPublished(); err != nil {
			return nil, r.siteError(s.path, err)
		}
	}
	return kept, nil
}

// siteError says in which Maildir a repair failed, if not in the one that the
// configuration names.
func (r *repair) siteError(path string, err error) error {
	if r.here != nil && r.here.path == path {
		return err
	}
	return store.FormerError(Kind+" "+path, err)
}

// publishStaged publishes a file that is still in tmp, and otherwise tells whether it
// was published before. A Maildir that isn't where it was may have been moved
// with all its files to where the configuration has it now.
func (r *repair) publishStaged(name, path string, since time.Time) (bool, error) {
	s, err := r.siteAt(path)
	if err != nil {
		return false, r.siteError(path, err)
	}
	moved := s == nil || s.missing
	if moved && r.here != nil {
		s = r.here
	}
	if s == nil {
		return false, nil
	}
	kept, err := s.publishFile(name, !moved && time.Since(since) < tempLifetime)
	if err != nil {
		return false, r.siteError(s.path, err)
	}
	s.staged = s.staged || kept
	return kept, nil
}

// publishFile publishes a file that is still in tmp. One that isn't may be sure to
// have been published; else it has to be found.
func (s *site) publishFile(name string, sure bool) (kept bool, err error) {
	if _, there := s.mine[tempName(name)]; there {
		s.mine[tempName(name)] = true
		return true, s.dir.Rename("tmp/"+tempName(name), "new/"+name)
	}
	if sure {
		return true, nil
	}
	return s.hasFile(name)
}

// syncPublished makes durable what was published, and removes what was never staged.
// New is synced even if nothing was published now, and so is the Maildir that
// it lies in: the run that emptied tmp may have died before it could, and what
// is recorded after this relies on it.
func (s *site) syncPublished() error {
	for name, published := range s.mine {
		if published {
			continue
		}
		if err := s.dir.Remove("tmp/" + name); err != nil {
			return err
		}
	}
	if !s.staged {
		return nil
	}
	return errors.Join(s.dir.Sync("new"), s.dir.Sync("."))
}

// closeSites closes the Maildirs that only the repair opened.
func (r *repair) closeSites() {
	for _, s := range r.all {
		if s != r.here {
			s.dir.Close()
		}
	}
}
