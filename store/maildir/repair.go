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
	r := &repair{m: m, sites: map[string]*site{}}
	defer r.close()
	if _, err := r.site(m.path); err != nil {
		return nil, m.fault("look into", err)
	}
	kept := make([]bool, len(staged))
	for i, s := range staged {
		name, path, err := parsePlace(s.Place)
		if err != nil {
			return nil, m.fault("repair", err)
		}
		if kept[i], err = r.settle(name, path, s.Time); err != nil {
			return nil, m.fault("repair", err)
		}
	}
	if err := r.finish(); err != nil {
		return nil, m.fault("repair", err)
	}
	if len(staged) == 0 {
		if err := m.makeTmp(); err != nil {
			return nil, m.fault("make", err)
		}
	}
	return kept, nil
}

// A repair goes over the Maildirs in which messages were staged.
type repair struct {
	m     *Maildir
	sites map[string]*site // by path; nil where there is no Maildir any more
}

// settle publishes a file that is still in tmp, and otherwise tells whether it
// was published before. A Maildir that isn't where it was may have been moved
// with all its files to where the configuration has it now.
func (r *repair) settle(name, path string, since time.Time) (bool, error) {
	s, err := r.site(path)
	if err != nil {
		return false, err
	}
	moved := s == nil || s.missing
	if moved {
		s = r.sites[r.m.path]
	}
	s.staged = true
	if _, there := s.mine[tempName(name)]; there {
		s.mine[tempName(name)] = true
		return true, s.dir.Rename("tmp/"+tempName(name), "new/"+name)
	}
	if !moved && time.Since(since) < tempLifetime {
		return true, nil
	}
	return s.has(name)
}

// finish makes durable what was published, and removes what was never staged.
// New is synced even if nothing was published now, and so is the Maildir that
// it lies in: the run that emptied tmp may have died before it could, and what
// is recorded after this relies on it.
func (r *repair) finish() error {
	for _, s := range r.sites {
		if s == nil {
			continue
		}
		for name, published := range s.mine {
			if published {
				continue
			}
			if err := s.dir.Remove("tmp/" + name); err != nil {
				return err
			}
		}
		if s.staged {
			if err := errors.Join(s.dir.Sync("new"), s.dir.Sync(".")); err != nil {
				return err
			}
		}
	}
	return nil
}

// close closes the Maildirs that only the repair opened.
func (r *repair) close() {
	for _, s := range r.sites {
		if s != nil && s.Maildir != r.m {
			s.dir.Close()
		}
	}
}
